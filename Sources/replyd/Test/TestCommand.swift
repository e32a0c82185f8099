import ArgumentParser
import Responder
import RuleFiles

struct TestCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the tests in the rules files.",
        discussion: """
            Example:  replyd test --rules rules

            Each test has a clock of its own and touches neither network nor database. Ends with status 0 where all \
            pass, 1 where one fails or the rules can't be used.
            """
    )

    @OptionGroup var rules: RuleOptions

    @Option(help: ArgumentHelp("text, or junit: XML for CI servers.", valueName: "text|junit"))
    var format: Format = .text

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, junit
    }

    func run() async throws {
        let (loaded, ruleSet) = try rules.load()
        let results = await RuleTestRunner(rules: ruleSet).run(loaded.tests)
        let report = TestReport(results: results, rules: ruleSet)
        if format == .junit { printLine(report.junit) } else { printText(report.text(.output)) }
        if report.failureCount > 0 { throw ExitCode.notFine }
    }
}
