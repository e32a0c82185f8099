import ArgumentParser
import Daemon
import HTTPTransport
import Providers
import Responder
import RuleFiles

struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say everything that is wrong with rules files, and where.",
        discussion: """
            Example:  replyd check --rules rules --strict

            --online asks each provider of the configuration for its templates, and compares those that the rules name: \
            whether there is one, in that language, approved, with as many variables. --links asks for the header of \
            each file and page that the rules link to, and compares size and type with what WhatsApp takes. Both need \
            the network; nothing is sent to anybody.

            Ends with status 0 where the rules can be used, 1 where they can't; with --strict, also where there is a \
            warning.
            """
    )

    @OptionGroup var rules: RuleOptions

    @Option(help: ArgumentHelp("A configuration to check too, with the rules it names.", valueName: "file"))
    var config: String?

    @Flag(help: "Take warnings for errors.")
    var strict = false

    @Flag(help: "Compare templates with those that the providers have; with --config.")
    var online = false

    @Flag(help: "Ask whether the files and pages that rules link to are there, and fit.")
    var links = false

    @Option(help: ArgumentHelp("text, json, or sarif for code scanning.", valueName: "text|json|sarif"))
    var format: Format = .text

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, sarif
    }

    func validate() throws {
        if online, config == nil {
            throw ValidationError("--online needs --config FILE: it asks the accounts' providers.")
        }
    }

    func run() async throws {
        var report = CheckReport()
        var paths: [String]? = rules.paths
        var lint = RuleLint()
        var configuration: Configuration?
        if let config {
            let loaded = ConfigurationLoader().load(path: config)
            report.add(loaded.diagnostics, text: loaded.report())
            lint.hasConfiguredFallback = loaded.hasFallback
            configuration = loaded.configuration
            paths = rules.rules.isEmpty ? loaded.rules.map { [$0] } : rules.rules
        }
        let loaded = paths.map { RuleSetLoader.load(paths: $0, lint: lint) }
        if let loaded { report.add(loaded.diagnostics, text: loaded.report()) }
        if let loaded, let ruleSet = loaded.ruleSet {
            report.add(ruleSet, on: configuration?.accounts ?? [])
            if online || links {
                let found = await look(at: ruleSet, configuration)
                report.add(found, text: Diagnostic.report(found, files: loaded.files))
            }
        }
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

    /// Returns what providers and links say to the rules.
    private func look(at rules: RuleSet, _ configuration: Configuration?) async -> [Diagnostic] {
        let transport = ProviderCall.transport()
        defer { transport.close() }
        var found: [Diagnostic] = []
        for account in online ? configuration?.accounts ?? [] : [] {
            let check = TemplateCheck(
                call: ProviderCall(account: account, transport: transport), rules: rules,
                expired: configuration?.expired)
            let file = config ?? ""
            switch await check.result() {
            case .nothing: break
            case .unlisted:
                let provider = account.endpoint.provider.rawValue
                if format == .text { complain("account \(account.number): \(provider) does not list its templates") }
            case .compared(let fine, let problems):
                if format == .text, fine > 0 {
                    complain("account \(account.number): \(counted(fine, "template")) in order")
                }
                found += problems.flatMap { $0.diagnostics(of: account.number, in: file) }
            case .impossible(let why, let remedy):
                found.append(
                    Diagnostic(
                        .warning, code: "template", file: file, range: nil,
                        message: "account \(account.number): \(why)", hint: remedy))
            }
        }
        if links { found += await LinkCheck(ask: transport.send).diagnostics(of: rules) }
        return found
    }
}
