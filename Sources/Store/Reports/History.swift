public import Responder

/// The stored messages and takeovers for a replay.
public struct History: Sendable {
    /// A person answered a conversation from another tool.
    public struct Takeover: Sendable, Hashable {
        /// The number of the conversation.
        public var conversation: Int64
        /// The moment at which the takeover was reported.
        public var at: Timestamp

        /// Creates a takeover that was reported at `at`.
        public init(conversation: Int64, at: Timestamp) {
            self.conversation = conversation
            self.at = at
        }
    }

    /// The numbers of the messages, by conversation, then in the order in which they were decided: messages from
    /// ``first`` on, and earlier ones of the same conversations.
    public var messages: [Int64]
    /// The number of the first message that was asked for.
    public var first: Int64
    /// The moment at which the oldest message that is still stored arrived.
    public var start: Timestamp?
    /// The takeovers, by conversation, then by time.
    public var takeovers: [Takeover]
    /// The number of messages that were asked for but belong to erased people.
    public var erased: Int

    /// Creates a history; `first` is 0 if all messages were asked for.
    public init(
        messages: [Int64], first: Int64 = 0, start: Timestamp? = nil, takeovers: [Takeover] = [], erased: Int = 0
    ) {
        self.messages = messages
        self.first = first
        self.start = start
        self.takeovers = takeovers
        self.erased = erased
    }
}

extension Store {
    /// Returns the history of the messages that arrived from `since` on, or of all if it is `nil`. It takes eight bytes
    /// of memory for each message.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func history(since: Timestamp?) async throws(StoreError) -> History {
        try await read { db in
            let first = try Self.firstMessage(since: since, db)
            // Without the condition, SQLite would look up each message whose conversation is among them.
            let condition =
                since == nil ? "" : "AND m.conversation IN (SELECT conversation FROM message WHERE id >= \(first))"
            let messages = try db.all(
                """
                SELECT m.id FROM message m \(Dialect.hint("CROSS")) JOIN decision d ON d.message = m.id
                WHERE m.address <> '' \(condition) ORDER BY m.conversation, d.decided_at, m.timestamp, m.id
                """
            ) { $0.integer(0) }
            return History(
                messages: messages, first: first,
                start: try db.first("SELECT received_at FROM message ORDER BY id LIMIT 1") { $0.time(0) },
                takeovers: try db.all(Self.takeovers) { .init(conversation: $0.integer(0), at: $0.time(1)) },
                erased: try db.first(Self.erasedMessages, first) { $0.int(0) } ?? 0)
        }
    }

    static let erasedMessages = "SELECT count(*) FROM message WHERE id >= ? AND address = '' AND is_decided = 1"

    /// Returns the messages with these numbers, in that order; messages that have been deleted meanwhile are left out.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func recorded(_ messages: [Int64]) async throws(StoreError) -> [RecordedMessage] {
        try await read { db in
            var rows: [RecordedMessage] = []
            rows.reserveCapacity(messages.count)
            for id in messages {
                guard var recorded = try db.first(RecordedMessage.one, id, read: RecordedMessage.init) else { continue }
                let message = recorded.message
                recorded.quoted = try message.quoted.flatMap {
                    try db.first(RecordedMessage.Quoted.one, $0, message.account, read: RecordedMessage.Quoted.init)
                }
                rows.append(recorded)
            }
            return rows
        }
    }

    /// The reports on messages that replyd did not send. Reports that arrived before the answers to replyd's own sends
    /// do not count.
    static let takeovers = """
        SELECT f.conversation, f.received_at FROM foreign_update f
        WHERE f.conversation IS NOT NULL AND f.ack IS NOT NULL AND f.is_waiting = 0 AND NOT EXISTS
          (SELECT 1 FROM attempt a JOIN outbox o ON o.id = a.entry
           WHERE a.unique_id = f.unique_id AND o.account = f.account)
        ORDER BY f.conversation, f.received_at
        """

    /// Returns the number of the first message that arrived from `since` on. Numbers grow with arrival, so a binary
    /// search finds it without an index.
    static func firstMessage(since: Timestamp?, _ db: Connection) throws -> Int64 {
        guard let since else { return 0 }
        var low = try db.first("SELECT min(id) FROM message") { $0.integerOrNil(0) }.flatMap(\.self) ?? 0
        var high = (try db.first("SELECT max(id) FROM message") { $0.integerOrNil(0) }.flatMap(\.self) ?? 0) + 1
        while low < high {
            let middle = low + (high - low) / 2
            let next = try db.first("SELECT id, received_at FROM message WHERE id >= ? ORDER BY id LIMIT 1", middle) {
                (id: $0.integer(0), receivedAt: $0.time(1))
            }
            if let next, next.receivedAt < since {
                low = next.id + 1
            } else {
                high = middle
            }
        }
        return low
    }
}
