import ArgumentParser
import Daemon
import JSONText
import Responder
import Store

struct ReportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Show what the rules did, what they missed and how answers got through.",
        discussion: """
            Example:  replyd report --config replyd.yaml --since 7d

            Rules by hits and those without any; what no rule matched, and what only a rule for every message (match: \
            anything) answered, grouped by the words that messages share, as candidates for the next rules; answer times; windows missed; templates; failures; hand-offs and opt-outs. \
            Only reads; works beside a running daemon.

            A hit is a message whose decision names the rule. Rules that go on to the next (continue: true) and rules \
            on trial (mode: shadow) may have done their part where another one is named. Answer times are from arrival \
            to the provider's acceptance, for answers that were to wait from when they were due.
            """
    )

    @OptionGroup var database: DatabaseOptions
    @OptionGroup var since: SinceOption

    @Flag(help: "Print one JSON object instead.")
    var json = false

    func run() async throws {
        try await database.withStore(isReadOnly: true) { store, configuration in
            let rules = try RuleSet.loading(configuration.rules)
            let since = try since.moment(in: rules.zone ?? .utc, now: .now)
            let view = ActivityReport(
                try await store.statistics(since: since, defaults: rules.defaults.map(\.id)), rules: rules,
                since: since,
                prices: Dictionary(
                    configuration.accounts.compactMap { account in account.prices.map { (account.number, $0) } },
                    uniquingKeysWith: { first, _ in first })
            )
            if json { printLine(view.json) } else { printText(view.text(.output)) }
        }
    }
}
