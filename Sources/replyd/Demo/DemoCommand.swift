import ArgumentParser
import Foundation
import RuleFiles

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Show replyd at work: a stand-in provider, the daemon, and a few conversations.",
        discussion: "Example:  replyd demo --once"
    )

    @Flag(help: "End after the conversations instead of staying up for more.")
    var once = false

    @Option(help: ArgumentHelp("The rules to answer by: a file or a folder.", valueName: "path"))
    var rules = "rules"

    func run() async throws {
        let loaded = RuleSetLoader.load(paths: [rules])
        guard let ruleSet = loaded.ruleSet else {
            complain(loaded.report())
            throw ExitCode.misconfigured
        }
        signal(SIGPIPE, SIG_IGN)
        let stage = try await DemoStage(rules: ruleSet)
        try await stage.run(once: once)
    }
}
