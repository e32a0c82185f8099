public import Responder

/// The figures of some messages.
public struct Traffic: Sendable, Hashable {
    /// The number of messages that arrived.
    public var messages = 0
    /// The number of messages that were answered with text.
    public var replies = 0
    /// The number of messages that were answered with a template.
    public var templates = 0
    /// The number of messages that were not answered.
    public var silences = 0
    /// The number of outbox entries that the provider accepted.
    public var sent = 0
    /// The number of outbox entries that were refused for good, or given up, without posts.
    public var failed = 0
    /// The number of posts that the links of rules took.
    public var posts = 0
    /// The number of posts that were refused for good, or given up.
    public var failedPosts = 0
    /// The times from a message's arrival to the acceptance of its answer; answers that had to wait are left out.
    public var answerTimes = AnswerTimes()

    /// Creates figures of no messages.
    public init() {}
}

extension Store {
    /// Returns the number of the first message that arrived at `moment` or later. If there is none, the next message
    /// will have at least the returned number.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func firstMessage(since moment: Timestamp) async throws(StoreError) -> Int64 {
        try await read { db in try Self.firstMessage(since: moment, db) }
    }

    /// Returns the figures of the messages with these numbers.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func traffic(ofMessages ids: Range<Int64>) async throws(StoreError) -> Traffic {
        try await read { db in
            let (first, end) = (ids.lowerBound, ids.upperBound)
            var traffic = Traffic()
            traffic.messages = try db.first(Self.trafficMessages, first, end) { $0.int(0) } ?? 0
            try db.all(Self.trafficOutcomes, first, end) { row in
                switch row.text(0) {
                case Decision.Outcome.reply.rawValue: traffic.replies = row.int(1)
                case Decision.Outcome.template.rawValue: traffic.templates = row.int(1)
                default: traffic.silences = row.int(1)
                }
            }
            try db.all(Self.trafficStates, first, end) { row in
                switch (row.text(0), row.bool(1)) {
                case (EntryState.sent.rawValue, false): traffic.sent = row.int(2)
                case (EntryState.failed.rawValue, false): traffic.failed = row.int(2)
                case (EntryState.sent.rawValue, true): traffic.posts = row.int(2)
                case (EntryState.failed.rawValue, true): traffic.failedPosts = row.int(2)
                default: break
                }
            }
            try db.all(Self.trafficTimes, first, end) { traffic.answerTimes.add(milliseconds: $0.integer(0)) }
            return traffic
        }
    }

    static let trafficMessages = "SELECT count(*) FROM message WHERE id >= ?1 AND id < ?2"
    static let trafficOutcomes = """
        SELECT outcome, count(*) FROM decision WHERE message >= ?1 AND message < ?2 GROUP BY outcome
        """
    static let trafficStates = """
        SELECT state, lane = 2, count(*) FROM outbox \(Dialect.hint("INDEXED BY outbox_by_message"))
        WHERE message >= ?1 AND message < ?2 GROUP BY 1, 2
        """
    static let trafficTimes = """
        SELECT a.ended_at - m.received_at
        FROM outbox o \(Dialect.hint("INDEXED BY outbox_by_message")) JOIN message m ON m.id = o.message
        JOIN decision d ON d.message = o.message JOIN attempt a ON a.entry = o.id AND a.outcome = 'accepted'
        WHERE o.message >= ?1 AND o.message < ?2 AND o.lane <> 2 AND a.ended_at IS NOT NULL
          AND coalesce(o.released_at, o.created_at) <= d.decided_at
        """
}
