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

    /// A number of accepted messages of one account and kind, in one month.
    public struct Sent: Sendable, Hashable {
        /// The number of the account.
        public var account: String
        /// The kind of the messages.
        public var kind: SendContent.Kind
        /// The moment at which the month begins, by UTC.
        public var month: Timestamp
        /// The number of messages.
        public var count: Int

        /// Creates a count of messages of the same account, kind and month.
        public init(account: String, kind: SendContent.Kind, month: Timestamp, count: Int) {
            self.account = account
            self.kind = kind
            self.month = month
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
    /// The messages that the provider accepted, by account, kind and month.
    public var sent: [Sent] = []
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

    private typealias Question = @Sendable (inout Statistics, Int64, Timestamp?, Connection) throws -> Void
    private static let questions: [Question] = [
        countMessages, countDecisions, countTakeovers, measureAnswers, countUnsent, countFailedAttempts,
    ]

    private static let countMessages: Question = { statistics, first, _, db in
        try db.all("SELECT count(*), count(DISTINCT conversation) FROM message WHERE id >= ?", first) { row in
            statistics.messages = row.int(0)
            statistics.conversations = row.int(1)
        }
        statistics.start = try db.first("SELECT received_at FROM message WHERE id >= ? ORDER BY id LIMIT 1", first) {
            $0.time(0)
        }
        statistics.end = try db.first("SELECT received_at FROM message WHERE id >= ? ORDER BY id DESC LIMIT 1", first) {
            $0.time(0)
        }
    }

    private static let countDecisions: Question = { statistics, first, _, db in
        statistics.decisions = try db.all(
            "SELECT rule, outcome, reason, count(*) FROM decision WHERE message >= ? GROUP BY 1, 2, 3", first
        ) { row in
            .init(
                rule: row.textOrNil(0), outcome: Decision.Outcome(rawValue: row.text(1)) ?? .silent,
                reason: .init(word: row.text(2)), count: row.int(3))
        }
        try db.all(steeringDecisions, first) { row in
            guard let changes = try? StoredJSON.decode(Changes.self, from: row.text(1)) else { return }
            if changes.pausedUntil != nil, row.text(0) != Decision.Reason.loop.rawValue { statistics.handoffs += 1 }
            switch changes.optedOut {
            case true?: statistics.optOuts += 1
            case false?: statistics.optIns += 1
            case nil: break
            }
        }
    }

    /// The decisions whose changes may hold one of these members. They are few, and are read to the end.
    static let steeringDecisions = """
        SELECT reason, changes FROM decision
        WHERE message >= ? AND (changes LIKE '%pausedUntil%' OR changes LIKE '%optedOut%')
        """

    private static let countTakeovers: Question = { statistics, _, since, db in
        statistics.takeovers =
            try db.first("SELECT count(*) FROM (\(takeovers)) found WHERE received_at >= ?", since ?? .distantPast) {
                $0.int(0)
            } ?? 0
    }

    private static let measureAnswers: Question = { statistics, first, _, db in
        var templates: [String: Int] = [:]
        var sent: [Statistics.Sent: Int] = [:]
        try db.all(acceptedAnswers, first) { row in
            sent[Statistics.Sent(row, from: 3), default: 0] += 1
            if let time = row.integerOrNil(0) { statistics.answerTimes.add(milliseconds: time) }
            guard let outgoing = row.textOrNil(1) else { return }
            let template = (try? StoredJSON.decode(Outgoing.self, from: outgoing))?.templateName
            templates[template ?? "", default: 0] += 1
            if row.bool(2) { statistics.lateTemplates += 1 }
        }
        statistics.sent = Statistics.Sent.ordered(sent)
        statistics.templates = templates.map { .init(name: $0.key, count: $0.value) }.sorted {
            ($1.count, $0.name) < ($0.count, $1.name)
        }
    }

    /// The time of an answer that had to wait counts from the moment at which it was due.
    static let acceptedAnswers = """
        SELECT a.ended_at - CASE WHEN coalesce(o.released_at, o.created_at) > d.decided_at
            THEN coalesce(o.released_at, o.created_at) ELSE m.received_at END,
          CASE WHEN a.kind = 'template' THEN o.outgoing END,
          o.fallback_at IS NOT NULL AND d.outcome <> 'template',
          o.account, a.kind, a.ended_at
        FROM outbox o JOIN attempt a ON a.entry = o.id JOIN message m ON m.id = o.message
        JOIN decision d ON d.message = o.message
        WHERE o.message >= ? AND o.lane <> 2 AND a.outcome = 'accepted'
        """

    private static let countUnsent: Question = { statistics, first, _, db in
        statistics.unsent = try db.all(unsentAnswers, first) { row in
            .init(
                state: EntryState(rawValue: row.text(0)) ?? .failed, reason: EntryReason(rawValue: row.text(1)),
                detail: row.textOrNil(2), count: row.int(3))
        }
    }

    static let unsentAnswers = """
        SELECT state, coalesce(reason, ''), detail, count(*) FROM outbox
        WHERE message >= ? AND state IN ('held', 'failed', 'dropped') GROUP BY 1, 2, 3
        ORDER BY 4 DESC, 1, coalesce(detail, coalesce(reason, '')) LIMIT 100
        """

    private static let countFailedAttempts: Question = { statistics, first, _, db in
        statistics.failedAttempts = try db.all(failedAttempts, first) {
            .init(name: $0.text(0), count: $0.int(1))
        }
    }

    /// Details of one kind begin alike and differ in figures; one of them is shown for all.
    static let failedAttempts = """
        SELECT coalesce(min(a.detail), min(a.outcome)), count(*) FROM outbox o JOIN attempt a ON a.entry = o.id
        WHERE o.message >= ? AND a.outcome NOT IN ('accepted', 'dry-run')
        GROUP BY a.reason, a.status, coalesce(substr(a.detail, 1, 40), a.outcome) ORDER BY 2 DESC, 1 LIMIT 100
        """

    private static func unmatched(
        _ first: Int64, _ defaults: [String], _ db: Connection
    ) throws -> [Statistics.Unmatched] {
        let names = "\n" + defaults.joined(separator: "\n") + "\n"
        return try db.all(unmatchedMessages, first, names, "\n", Statistics.unmatchedLimit) { row in
            let message = Message(row)
            return .init(
                conversation: row.integer(12), type: message.type,
                text: message.text.map { $0.shortened(toUTF16: 300) }, rule: row.textOrNil(13))
        }
    }

    /// The second value is a list of rules, each between two line breaks, of which no rule's id has any.
    static let unmatchedMessages = """
        SELECT \(Message.columns), m.conversation, d.rule FROM decision d JOIN message m ON m.id = d.message
        JOIN contact c ON c.id = m.conversation
        WHERE d.message >= ?1 AND (d.reason = 'no-match' OR replace(?2, ?3 || d.rule || ?3, '') <> ?2)
          AND m.address <> '' ORDER BY d.message DESC LIMIT ?4
        """
}

extension Outgoing {
    /// The name of the template that it may have been sent as.
    fileprivate var templateName: String? {
        if case .message(.template(let template)) = body { template.name } else { fallback?.name }
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(milliseconds: 0)
}
