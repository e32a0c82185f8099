import Foundation
import GRDB
import JSONText
public import Responder

/// What happened in a span of time, in figures.
public struct Statistics: Sendable {
    /// How often a rule led to an outcome, and why.
    public struct Decisions: Sendable, Hashable {
        /// The rule; `nil` if no rule decided.
        public var rule: String?
        /// What the contact got.
        public var outcome: Decision.Outcome
        /// Why.
        public var reason: StoredDecision.Reason
        /// How often.
        public var count: Int

        /// Makes it of its parts.
        public init(rule: String?, outcome: Decision.Outcome, reason: StoredDecision.Reason, count: Int) {
            self.rule = rule
            self.outcome = outcome
            self.reason = reason
            self.count = count
        }
    }

    /// Something that is counted by its name.
    public struct Counted: Sendable, Hashable {
        /// What.
        public var name: String
        /// How often.
        public var count: Int

        /// Makes it of its parts.
        public init(name: String, count: Int) {
            self.name = name
            self.count = count
        }
    }

    /// Answers that were not sent.
    public struct Unsent: Sendable, Hashable {
        /// Their state.
        public var state: EntryState
        /// Why they are in it.
        public var reason: EntryReason?
        /// The reason in a sentence, if there is one.
        public var detail: String?
        /// How many.
        public var count: Int

        /// Makes it of its parts.
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
        /// What kind of message it is.
        public var type: MessageType
        /// Its words; nil where it has none.
        public var text: String?
        /// The rule that answers every message; nil where none matched.
        public var rule: String?

        /// Makes it of its parts.
        public init(conversation: Int64, type: MessageType = .text, text: String?, rule: String? = nil) {
            self.rule = rule
            self.conversation = conversation
            self.type = type
            self.text = text
        }
    }

    /// How many messages arrived.
    public var messages = 0
    /// In how many conversations.
    public var conversations = 0
    /// When the first one arrived.
    public var start: Timestamp?
    /// When the last one did.
    public var end: Timestamp?
    /// Decisions by rule, outcome and reason.
    public var decisions: [Decisions] = []
    /// Conversations that rules handed off to a person.
    public var handoffs = 0
    /// Contacts that opted out.
    public var optOuts = 0
    /// Contacts that opted in again.
    public var optIns = 0
    /// Answers that people gave from other tools.
    public var takeovers = 0
    /// From arrival to acceptance by the provider.
    public var answerTimes = AnswerTimes()
    /// Templates that the provider accepted, by name.
    public var templates: [Counted] = []
    /// Texts whose place a template took while they waited to be sent.
    public var lateTemplates = 0
    /// Answers that were not sent.
    public var unsent: [Unsent] = []
    /// Attempts that were not accepted, by why.
    public var failedAttempts: [Counted] = []
    /// The latest messages that no rule matched, or only one that answers every message.
    public var unmatched: [Unmatched] = []

    /// Nothing has happened.
    public init() {}

    /// How many unmatched messages are looked at.
    public static let unmatchedLimit = 20_000
}

extension Store {
    /// What came of the messages that arrived since then, or of all that are stored. Each question is a read of its own,
    /// so that the daemon's log of changes does not grow meanwhile.
    ///
    /// - Parameter defaults: The ids of rules that answer every message: what they answered counts as unmatched too.
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
        // An answer that was to wait is due when it was to go.
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT a.ended_at - CASE WHEN coalesce(o.released_at, o.created_at) > d.decided_at
                    THEN coalesce(o.released_at, o.created_at) ELSE m.received_at END,
                  CASE WHEN a.kind = 'template' THEN
                    coalesce(json_extract(o.outgoing, '$.body.template._0.name'),
                      json_extract(o.outgoing, '$.fallback.name'), '') END,
                  o.fallback_at IS NOT NULL
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
        // Details differ in figures; one stands for those of its kind.
        statistics.failedAttempts = try Row.fetchAll(
            db,
            sql: """
                SELECT coalesce(min(a.detail), a.outcome), count(*) FROM outbox o JOIN attempt a ON a.entry = o.id
                WHERE o.message >= ? AND a.outcome NOT IN ('accepted', 'dry-run')
                GROUP BY a.outcome, a.reason, a.status ORDER BY 2 DESC, 1 LIMIT 100
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
