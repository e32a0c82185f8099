import ArgumentParser
import Daemon
import JSONText
import Responder
import Store

struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Show what other rules would have answered to the messages that came.",
        discussion: """
            Example:
              cp -r rules rules.new
              $EDITOR rules.new/faq.yaml
              replyd replay --config replyd.yaml --against rules.new --since 7d

            Decides the stored messages again, by the rules of the configuration and by the others, each at the moment \
            at which the daemon decided it, and shows where the two differ. So a difference comes from the rules, and \
            not from revisions in between or from settings that have changed. Sends nothing and writes nothing; works \
            beside a running daemon.

            Both begin with what the daemon remembered at --since: cooldowns, state, tags, opt-outs, hand-offs. From \
            there on each goes by what it has decided itself. Where people answered, paused or resumed, both do the \
            same as the daemon did. Tags and state from before the oldest stored message are not known.

            Ends with status 0 where nothing differs, 1 where something does, 78 where configuration, rules or \
            database must be mended.
            """
    )

    @OptionGroup var database: DatabaseOptions

    @Option(help: ArgumentHelp("The other rules: a file or a folder.", valueName: "rules"))
    var against: String

    @OptionGroup var since: SinceOption

    @Flag(help: "Print one JSON object instead.")
    var json = false

    /// The number of messages that are read at once.
    private static let batchSize = 500

    func run() async throws {
        try await database.withStore(isReadOnly: true) { store, configuration in
            let before = try RuleSet.loading(configuration.rules)
            let after = try RuleSet.loading(against)
            let since = try since.moment(in: before.zone ?? .utc, now: .now)
            let history = try await store.history(since: since)
            var redecider = Redecider(
                history, before: before, after: after, policy: configuration.policy,
                takeoverPause: configuration.takeoverPause)
            var comparison = Comparison()
            var progress = ProgressBar(total: history.messages.count)
            var messages = try await Self.batch(at: 0, of: history, from: store)
            for start in stride(from: 0, to: history.messages.count, by: Self.batchSize) {
                // The next messages are read while these are decided.
                async let next = Self.batch(at: start + Self.batchSize, of: history, from: store)
                for recorded in messages {
                    if let redecided = redecider.decide(recorded) { comparison.add(redecided) }
                }
                messages = try await next
                progress.show(min(start + Self.batchSize, history.messages.count))
            }
            progress.clear()
            let view = ComparisonReport(
                comparison: comparison, before: .init(path: configuration.rules, rules: before),
                after: .init(path: against, rules: after), since: since, erased: history.erased)
            if json { printLine(view.json) } else { printText(view.text(.output)) }
            if comparison.differing > 0 { throw ExitCode.notFine }
        }
    }

    private static func batch(at start: Int, of history: History, from store: Store) async throws -> [RecordedMessage] {
        try await store.recorded(Array(history.messages.dropFirst(start).prefix(batchSize)))
    }
}
