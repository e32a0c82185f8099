import Foundation
import GRDB
import JSONText
public import Responder

/// The statistics of a span of time.
public struct Statistics: Sendable {
    /// The number of decisions by a rule with one outcome and reason.
    public struct Decisions: Sendable, Hashable {
        /// The rule; `nil` if no rule decided.
        public var rule: String?
        /// The kind of answer that the contact got.
        public var outcome: Decision.Outcome
        /// The reason, in a word.
        public var reason: StoredDecision.Reason
        /// The number of decisions.
        public var count: Int

        /// Creates a count of decisions with the same rule, outcome and reason.
        public init(rule: String?, outcome: Decision.Outcome, reason: StoredDecision.Reason, count: Int) {
            self.rule = rule
            self.outcome = outcome
            self.reason = reason
            self.count = count
        }
    }

    /// A count under a name.
    public struct Counted: Sendable, Hashable {
        /// The name.
        public var name: String
        /// The count.
        public var count: Int

        /// Creates a count under a name.
        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// A number of answers that were not sent, by state and reason.
    public struct Unsent: Sendable, Hashable {
        /// The state of the answers.
        public var state: EntryState
        /// The reason for the state.
        public var reason: EntryReason?
        /// The reason in a sentence, if there is one.
        public var detail: String?
        /// The number of answers.
        public var count: Int

        /// Creates a count of answers with the same state, reason and detail.
        public init(state: EntryState, reason: EntryReason?, detail: String? = nil, count: Int) {
            self.state = state
            self.reason = reason
            self.detail = detail
            self.count = count
        }
    }

    /// A message that no rule matched, or only one that answers every message.
    public struct Unmatched: Sendable, Hashable {
        /// The number of its conversation.
        public var conversation: Int64
        /// The kind of the message.
        public var type: MessageType
        /// The words of the message; `nil` if it has none.
        public var text: String?
        /// The rule that answers every message; `nil` if no rule matched.
        public var rule: String?

        /// Creates an unmatched message; `rule` is `nil` if no rule matched.
        public init(conversation: Int64, type: MessageType = .text, text: String?, rule: String? = nil) {
            self.rule = rule
            self.conversation = conversation
            self.type = type
            self.text = text
        }
    }

    /// The number of messages that arrived.
    public var messages = 0
    /// The number of conversations with these messages.
    public var conversations = 0
    /// The moment at which the first message arrived.
    public var start: Timestamp?
    /// The moment at which the last message arrived.
    public var end: Timestamp?
    /// The decisions by rule, outcome and reason.
    public var decisions: [Decisions] = []
    /// The number of decisions that handed a conversation off to a person.
    public var handoffs = 0
    /// The number of decisions that opted a contact out.
    public var optOuts = 0
    /// The number of decisions that opted a contact in again.
    public var optIns = 0
    /// The number of answers that people gave from other tools.
    public var takeovers = 0
    /// The times from a message's arrival, or from the due time of an answer that had to wait, to acceptance by the
    /// provider.
    public var answerTimes = AnswerTimes()
    /// The templates that the provider accepted, by name.
    public var templates: [Counted] = []
    /// The number of texts that a template replaced while they waited to be sent.
    public var lateTemplates = 0
    /// The answers that were not sent.
    public var unsent: [Unsent] = []
    /// The attempts that were not accepted, by reason.
    public var failedAttempts: [Counted] = []
    /// The latest messages that no rule matched, or only one that answers every message.
    public var unmatched: [Unmatched] = []

    /// Creates statistics of no messages.
    public init() {}

    /// The largest number of unmatched messages that are examined.
    public static let unmatchedLimit = 20_000
}

extension Store {
    /// Returns the statistics of the messages that arrived from `since` on, or of all stored messages. Each question is
    /// a read of its own, so that the daemon's WAL does not grow meanwhile.
    ///
    /// - Parameters:
    ///   - since: The moment from which messages count; `nil` for all messages.
    ///   - defaults: The ids of rules that answer every message; messages that they answered count as unmatched too.
    /// - Throws: ``StoreError`` if the database can't be read.
    public func statistics(since: Timestamp?, defaults: [String] = []) async throws(StoreError) -> Statistics {
        let first = try await read { db in try Self.firstMessage(since: since, db) }
        var statistics = Statistics()
        for question in Self.questions {
            statistics = try await read { [statistics] db in
                var next = statistics
                try question(&next, first, since, db)
                return next
            }
        }
        statistics.unmatched = try await read { db in try Self.unmatched(first, defaults, db) }
        return statistics
    }

    private typealias Question = @Sendable (inout Statistics, Int64, Timestamp?, Database) throws -> Void
    private static let questions: [Question] = [
        countMessages, countDecisions, countTakeovers, measureAnswers, countUnsent, countFailedAttempts,
    ]

    private static let countMessages: Question = { statistics, first, _, db in
        let row = try Row.fetchOne(
            db,
            sql: "SELECT count(*), count(DISTINCT conversation) FROM message WHERE id >= ?",
            arguments: [first])
        statistics.messages = row?[0] ?? 0
        statistics.conversations = row?[1] ?? 0
        statistics.start = try Timestamp.fetchOne(
            db, sql: "SELECT received_at FROM message WHERE id >= ? ORDER BY id LIMIT 1", arguments: [first])
        statistics.end = try Timestamp.fetchOne(
            db, sql: "SELECT received_at FROM message WHERE id >= ? ORDER BY id DESC LIMIT 1", arguments: [first])
    }

    private static let countDecisions: Question = { statistics, first, _, db in
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT rule, outcome, reason, count(*),
                  sum(reason <> 'loop' AND instr(changes, 'pausedUntil') AND json_extract(changes, '$.pausedUntil') IS NOT NULL),
                  sum(instr(changes, 'optedOut') AND coalesce(json_extract(changes, '$.optedOut') = 1, 0)),
                  sum(instr(changes, 'optedOut') AND coalesce(json_extract(changes, '$.optedOut') = 0, 0))
                FROM decision WHERE message >= ? GROUP BY 1, 2, 3
                """, arguments: [first])
        while let row = try rows.next() {
            statistics.decisions.append(
                .init(
                    rule: row[0], outcome: Decision.Outcome(rawValue: row[1]) ?? .silent, reason: .init(word: row[2]),
                    count: row[3]))
            statistics.handoffs += row[4] as Int
            statistics.optOuts += row[5] as Int
            statistics.optIns += row[6] as Int
        }
    }

    private static let countTakeovers: Question = { statistics, _, since, db in
        statistics.takeovers =
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM (\(takeovers)) WHERE received_at >= ?",
                arguments: [since ?? .distantPast])
            ?? 0
    }

    private static let measureAnswers: Question = { statistics, first, _, db in
        // The time of an answer that had to wait counts from the moment at which it was due.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT a.ended_at - CASE WHEN coalesce(o.released_at, o.created_at) > d.decided_at
                    THEN coalesce(o.released_at, o.created_at) ELSE m.received_at END,
                  CASE WHEN a.kind = 'template' THEN
                    coalesce(json_extract(o.outgoing, '$.body.template._0.name'),
                      json_extract(o.outgoing, '$.fallback.name'), '') END,
                  o.fallback_at IS NOT NULL AND d.outcome <> 'template'
                FROM outbox o JOIN attempt a ON a.entry = o.id JOIN message m ON m.id = o.message
                JOIN decision d ON d.message = o.message
                WHERE o.message >= ? AND o.lane <> 2 AND a.outcome = 'accepted'
                """, arguments: [first])
        var templates: [String: Int] = [:]
        while let row = try rows.next() {
            if let time: Int64 = row[0] { statistics.answerTimes.add(milliseconds: time) }
            guard let template: String = row[1] else { continue }
            templates[template, default: 0] += 1
            if row[2] { statistics.lateTemplates += 1 }
        }
        statistics.templates = templates.map { .init(name: $0.key, count: $0.value) }.sorted {
            ($1.count, $0.name) < ($0.count, $1.name)
        }
    }

    private static let countUnsent: Question = { statistics, first, _, db in
        statistics.unsent = try Row.fetchAll(
            db,
            sql: """
                SELECT state, coalesce(reason, ''), detail, count(*) FROM outbox
                WHERE message >= ? AND state IN ('held', 'failed', 'dropped') GROUP BY 1, 2, 3
                ORDER BY 4 DESC, 1, coalesce(detail, reason) LIMIT 100
                """, arguments: [first]
        ).map {
            .init(
                state: EntryState(rawValue: $0[0]) ?? .failed, reason: EntryReason(rawValue: $0[1]), detail: $0[2],
                count: $0[3])
        }
    }

    private static let countFailedAttempts: Question = { statistics, first, _, db in
        // Details of one kind begin alike and differ in figures; one of them is shown for all.
        statistics.failedAttempts = try Row.fetchAll(
            db,
            sql: """
                SELECT coalesce(min(a.detail), a.outcome), count(*) FROM outbox o JOIN attempt a ON a.entry = o.id
                WHERE o.message >= ? AND a.outcome NOT IN ('accepted', 'dry-run')
                GROUP BY a.reason, a.status, coalesce(substr(a.detail, 1, 40), a.outcome) ORDER BY 2 DESC, 1 LIMIT 100
                """, arguments: [first]
        ).map { .init(name: $0[0], count: $0[1]) }
    }

    private static func unmatched(
        _ first: Int64, _ defaults: [String], _ db: Database
    ) throws -> [Statistics.Unmatched] {
        let names = JSON.texts(defaults).encodedText
        var unmatched: [Statistics.Unmatched] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT \(Message.columns), m.conversation, d.rule FROM decision d JOIN message m ON m.id = d.message
                JOIN contact c ON c.id = m.conversation
                WHERE d.message >= ? AND (d.reason = 'no-match' OR d.rule IN (SELECT value FROM json_each(?)))
                  AND m.address <> '' ORDER BY d.message DESC LIMIT ?
                """, arguments: [first, names, Statistics.unmatchedLimit])
        while let row = try rows.next() {
            let message = Message(row: row)
            unmatched.append(
                .init(
                    conversation: row["conversation"], type: message.type,
                    text: message.text.map { $0.shortened(toUTF16: 300) }, rule: row["rule"]))
        }
        return unmatched
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(milliseconds: 0)
}
