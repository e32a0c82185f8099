import ArgumentParser
import Responder
import RuleFiles

struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say everything that is wrong with rules files, and where.",
        discussion: """
            Example:  replyd check --rules rules

            Ends with status 0 where the rules can be used, 1 where they can't.
            """
    )

    @Option(help: ArgumentHelp("A rules file or a folder of them; may be repeated.", valueName: "path"))
    var rules: [String] = ["rules"]

    func run() throws {
        let loaded = RuleSetLoader.load(paths: rules)
        if !loaded.diagnostics.isEmpty { printLine(loaded.report()) }
        guard let ruleSet = loaded.ruleSet else {
            let count = loaded.diagnostics.count { $0.severity == .error }
            complain(counted(count, "error"))
            throw ExitCode.notFine
        }
        complain(
            "\(counted(ruleSet.rules.count, "rule")) in \(counted(loaded.files.count, "file")): no errors (revision \(ruleSet.revision))"
        )
    }
}
