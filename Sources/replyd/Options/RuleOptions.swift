import ArgumentParser
import Responder
import RuleFiles

/// `--rules PATH`, as several commands take it.
struct RuleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A rules file or a folder of them; may be repeated (default: rules).", valueName: "path"))
    var rules: [String] = []

    /// The paths, or the folder where rules usually are.
    var paths: [String] { rules.isEmpty ? ["rules"] : rules }

    /// The rules, or an end with status 1 and everything that is wrong with them.
    func load() throws -> (loaded: LoadedRules, ruleSet: RuleSet) {
        let loaded = RuleSetLoader.load(paths: paths)
        if !loaded.diagnostics.isEmpty { complain(loaded.report()) }
        guard let ruleSet = loaded.ruleSet else { throw ExitCode.notFine }
        return (loaded, ruleSet)
    }
}
