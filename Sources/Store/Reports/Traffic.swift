import GRDB
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
            let arguments: StatementArguments = ["first": ids.lowerBound, "end": ids.upperBound]
            var traffic = Traffic()
            traffic.messages =
                try Int.fetchOne(db.cachedStatement(sql: Self.trafficMessages), arguments: arguments) ?? 0
            let outcomes = try Row.fetchCursor(db.cachedStatement(sql: Self.trafficOutcomes), arguments: arguments)
            while let row = try outcomes.next() {
                switch row[0] as String {
                case Decision.Outcome.reply.rawValue: traffic.replies = row[1]
                case Decision.Outcome.template.rawValue: traffic.templates = row[1]
                default: traffic.silences = row[1]
                }
            }
            let states = try Row.fetchCursor(db.cachedStatement(sql: Self.trafficStates), arguments: arguments)
            while let row = try states.next() {
                switch (row[0] as String, row[1] as Bool) {
                case (EntryState.sent.rawValue, false): traffic.sent = row[2]
                case (EntryState.failed.rawValue, false): traffic.failed = row[2]
                case (EntryState.sent.rawValue, true): traffic.posts = row[2]
                case (EntryState.failed.rawValue, true): traffic.failedPosts = row[2]
                default: break
                }
            }
            let times = try Int64.fetchCursor(db.cachedStatement(sql: Self.trafficTimes), arguments: arguments)
            while let time = try times.next() { traffic.answerTimes.add(milliseconds: time) }
            return traffic
        }
    }

    static let trafficMessages = "SELECT count(*) FROM message WHERE id >= :first AND id < :end"
    static let trafficOutcomes = """
        SELECT outcome, count(*) FROM decision WHERE message >= :first AND message < :end GROUP BY outcome
        """
    static let trafficStates = """
        SELECT state, lane = 2, count(*) FROM outbox INDEXED BY outbox_by_message
        WHERE message >= :first AND message < :end GROUP BY 1, 2
        """
    static let trafficTimes = """
        SELECT a.ended_at - m.received_at
        FROM outbox o INDEXED BY outbox_by_message JOIN message m ON m.id = o.message
        JOIN decision d ON d.message = o.message JOIN attempt a ON a.entry = o.id AND a.outcome = 'accepted'
        WHERE o.message >= :first AND o.message < :end AND o.lane <> 2 AND a.ended_at IS NOT NULL
          AND coalesce(o.released_at, o.created_at) <= d.decided_at
        """
}
