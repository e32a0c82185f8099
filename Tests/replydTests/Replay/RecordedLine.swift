import Foundation
import Responder
import RuleFiles
import SeededRandom
import Testing

@testable import Store
@testable import replyd

/// An account with a database of its own and a clock that the test moves: it takes the daemon's steps without the
/// daemon.
final class RecordedLine {
    static let account = "972771234567"
    static let dana = "972501234567"
    /// A Saturday, 22:30 in Jerusalem.
    static let start = Timestamp(seconds: 1_795_293_000)

    let folder: URL
    let store: Store
    var rules: RuleSet
    var now = RecordedLine.start
    let policy = DecisionPolicy(accounts: [RecordedLine.account])
    /// The ids of the answers that the provider accepted, by contact.
    private(set) var accepted: [String: [String]] = [:]
    private var count = 0

    init(_ yaml: String, path: String? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-line-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try Store(path: path ?? folder.appendingPathComponent("line.sqlite").path)
        rules = try Self.rules(yaml)
    }

    deinit {
        store.close()
        try? FileManager.default.removeItem(at: folder)
    }

    static func rules(_ yaml: String, file: String = "rules.yaml") throws -> RuleSet {
        let loaded = RuleSetLoader.load([SourceFile(path: file, text: "version: 1\n" + yaml)])
        return try #require(loaded.ruleSet, "\(loaded.report())")
    }

    /// The decisions whose answers are not sent yet.
    private var waiting: [Decided] = []

    /// Receives a message and decides it; its answers wait. Returns the message's id.
    @discardableResult
    func receive(
        _ text: String, from contact: String = dana, type: MessageType = .text, quoting: String? = nil,
        sent: Timestamp? = nil
    ) async throws -> String {
        count += 1
        let hasText = [.text, .button, .list].contains(type)
        let message = Message(
            account: Self.account, unique: "U\(count)",
            contact: Contact(number: contact, address: contact, name: "Dana"),
            type: type, body: hasText ? text : "https://example.com/1", caption: hasText ? nil : text, quoted: quoting,
            timestamp: sent ?? now)
        let accepted = try await store.accept(message, payload: "{}", at: now) { [rules, policy, now] in
            (decide($0, in: $1, by: rules, policy: policy, at: now), now)
        }
        if let decided = accepted.decided { waiting.append(decided) }
        return message.unique
    }

    /// Sends everything that waits; the provider accepts it a second later, as `A` and the number of the attempt.
    func send() async throws {
        defer { waiting = [] }
        for one in waiting {
            for entry in one.entries {
                let due = max(entry.due, now)
                guard case .send(let attempt) = try await store.beginAttempt(entry.id, onUnknown: .hold, at: due)
                else { continue }
                let unique = "A\(attempt.id)"
                accepted[one.message.contact.address, default: []].append(unique)
                try await end(attempt, .accepted(unique: unique, minutesLeft: nil), at: due + .seconds(1))
            }
        }
    }

    func end(_ attempt: Attempt, _ outcome: AttemptOutcome, at moment: Timestamp) async throws {
        _ = try await store.endAttempt(
            attempt.id, outcome, policy: TakeoverPolicy(pause: .minutes(30), onUnknown: .hold), delay: .seconds(1),
            at: moment)
    }

    /// Receives a message and sends its answers. Returns the message's id.
    @discardableResult
    func say(
        _ text: String, from contact: String = dana, type: MessageType = .text, quoting: String? = nil,
        sent: Timestamp? = nil
    ) async throws -> String {
        let unique = try await receive(text, from: contact, type: type, quoting: quoting, sent: sent)
        try await send()
        return unique
    }

    /// Records that a person answers from another tool.
    func takeOver(_ contact: String = dana) async throws {
        count += 1
        _ = try await store.record(
            DeliveryUpdate(unique: "P\(count)", contact: ReportedContact(contact), ack: 1), account: Self.account,
            policy: TakeoverPolicy(pause: .minutes(30), onUnknown: .hold), at: now)
    }

    func execute(_ sql: String) async throws {
        try await store.write(about: .nothing, rerun: .harmless) { db in try db.run(sql) }
    }

    // MARK: Replaying

    /// Replays the messages since then, by the line's rules and by others.
    func replay(
        against other: RuleSet? = nil, since: Timestamp? = nil
    ) async throws -> (all: [Redecider.Redecided], comparison: Comparison) {
        let history = try await store.history(since: since)
        var redecider = Redecider(
            history, before: rules, after: other ?? rules, policy: policy, takeoverPause: .minutes(30))
        var comparison = Comparison()
        var all: [Redecider.Redecided] = []
        for recorded in try await store.recorded(history.messages) {
            guard let redecided = redecider.decide(recorded) else { continue }
            all.append(redecided)
            comparison.add(redecided)
        }
        return (all, comparison)
    }
}
