public import Responder

extension Store {
    /// Returns the number of messages of an account that were sent since a moment, or are about to be.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func messageCount(of account: String, since: Timestamp) async throws(StoreError) -> Int {
        try await read { db in
            let first = try Self.firstMessage(since: since, db)
            return try db.first(Self.messagesSince, first, account) { $0.int(0) } ?? 0
        }
    }

    static let messagesSince = """
        SELECT count(*) FROM outbox
        WHERE message >= ? AND account = ? AND lane <> 2 AND state <> 'failed' AND state <> 'dropped'
        """

    /// Returns the messages that providers have accepted since a moment, by account, kind and month.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func sentMessages(since: Timestamp) async throws(StoreError) -> [Statistics.Sent] {
        try await read { db in
            var sent: [Statistics.Sent: Int] = [:]
            let first = try Self.firstMessage(since: since, db)
            try db.all(Self.acceptedSince, first, since) { sent[Statistics.Sent($0, from: 0), default: 0] += 1 }
            return Statistics.Sent.ordered(sent)
        }
    }

    static let acceptedSince = """
        SELECT o.account, a.kind, a.ended_at FROM outbox o \(Dialect.hint("CROSS")) JOIN attempt a ON a.entry = o.id
        WHERE o.message >= ? AND o.lane <> 2 AND a.outcome = 'accepted' AND a.ended_at >= ?
        """
}

extension Statistics.Sent {
    /// Reads the account and the kind and moment of an attempt, of which it counts none.
    init(_ row: Columns, from index: Int32) {
        self.init(
            account: row.text(index), kind: SendContent.Kind(rawValue: row.text(index + 1)) ?? .text,
            month: CalendarPeriod.month.start(of: row.time(index + 2)), count: 0)
    }

    /// Returns the counts in the order of accounts, months and kinds.
    static func ordered(_ counts: [Statistics.Sent: Int]) -> [Statistics.Sent] {
        counts.map { sent, count in
            var counted = sent
            counted.count = count
            return counted
        }.sorted { ($0.account, $0.month, $0.kind.rawValue) < ($1.account, $1.month, $1.kind.rawValue) }
    }
}
