import ArgumentParser
import Responder
import RuleFiles

/// The option `--rules PATH`, shared by several commands.
struct RuleOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("A rules file or a folder of them; may be repeated (default: rules).", valueName: "path"))
    var rules: [String] = []

    /// The paths, or the usual folder of the rules if none is given.
    var paths: [String] { rules.isEmpty ? ["rules"] : rules }

    /// Loads the rules, and prints all diagnostics about them.
    ///
    /// - Throws: Exit status 1 if the rules can't be used.
    func load() throws -> (loaded: LoadedRules, ruleSet: RuleSet) {
        let loaded = RuleSetLoader.load(paths: paths)
        if !loaded.diagnostics.isEmpty { complain(loaded.report()) }
        guard let ruleSet = loaded.ruleSet else { throw ExitCode.notFine }
        return (loaded, ruleSet)
    }
}
