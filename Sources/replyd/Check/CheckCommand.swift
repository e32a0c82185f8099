import ArgumentParser
import Daemon
import Responder
import RuleFiles

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with rules files, and where.",
        discussion: """
            Example:  replyd check --rules rules --strict

            Ends with status 0 where the rules can be used, 1 where they can't; with --strict, also where there is a \
            warning.
            """
    )

    @OptionGroup var rules: RuleOptions

    @Option(help: ArgumentHelp("A configuration to check too, with the rules it names.", valueName: "file"))
    var config: String?

    @Flag(help: "Take warnings for errors.")
    var strict = false

    @Option(help: ArgumentHelp("text, json, or sarif for code scanning.", valueName: "text|json|sarif"))
    var format: Format = .text

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, sarif
    }

    func run() throws {
        var report = CheckReport()
        var paths: [String]? = rules.paths
        var lint = RuleLint()
        var accounts: [Configuration.Account] = []
        if let config {
            let loaded = ConfigurationLoader().load(path: config)
            report.add(loaded.diagnostics, text: loaded.report())
            lint.hasConfiguredFallback = loaded.hasFallback
            accounts = loaded.configuration?.accounts ?? []
            paths = rules.rules.isEmpty ? loaded.rules.map { [$0] } : rules.rules
        }
        let loaded = paths.map { RuleSetLoader.load(paths: $0, lint: lint) }
        if let loaded { report.add(loaded.diagnostics, text: loaded.report()) }
        if let ruleSet = loaded?.ruleSet { report.add(ruleSet, on: accounts) }
        switch format {
        case .json: printLine(report.json)
        case .sarif: printLine(report.sarif)
        case .text: if !report.diagnostics.isEmpty { printText(report.text) }
        }
        if let loaded, let ruleSet = loaded.ruleSet, format == .text {
            let rules = counted(ruleSet.rules.count, "rule")
            complain(
                "\(rules) in \(counted(loaded.files.count, "file")): \(report.counts) (revision \(ruleSet.revision))")
        } else if format == .text {
            complain(report.counts)
        }
        if format == .text {
            for line in report.lineTexts { complain(line) }
        }
        guard report.isFine(strictly: strict) else { throw ExitCode.notFine }
    }
}
