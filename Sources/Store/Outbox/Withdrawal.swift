import Responder

extension Store {
    /// Withdraws the answers of a conversation that have been decided so far: those that wait are dropped, and those
    /// that come back from an attempt, however late, are dropped then. Posts to the business stay.
    ///
    /// The conversation counts its withdrawals, and each entry knows the count at which it was decided.
    ///
    /// - Parameters:
    ///   - conversation: The number of the conversation.
    ///   - account: The account of the conversation.
    ///   - reason: The reason of the entries that are dropped.
    /// - Returns: The number of withdrawals from now on.
    @discardableResult
    func withdraw(_ conversation: Int64, account: String, for reason: EntryReason, _ db: Connection) throws -> Int {
        try db.run("UPDATE conversation SET withdrawals = withdrawals + 1 WHERE id = ?", conversation)
        let entries = try db.all(Self.withdrawable, conversation) {
            EntryReference(
                id: $0.integer(0), conversation: conversation, account: account, due: $0.time(1),
                lane: Outgoing.Lane(rawValue: $0.int(2)) ?? .answers)
        }
        for entry in entries {
            try Self.set(.dropped, reason: reason, entry.id, db)
            changes.note(.settled(entry, .dropped, reason))
        }
        for kind in Set(entries.map(\.lane)) {
            try noteLane(Lane(conversation: conversation, kind: kind), account: account, db)
        }
        return try withdrawals(of: conversation, db)
    }

    /// The number of times that answers of a conversation were withdrawn.
    func withdrawals(of conversation: Int64, _ db: Connection) throws -> Int {
        try db.first("SELECT withdrawals FROM conversation WHERE id = ?", conversation) { $0.int(0) } ?? 0
    }

    static let withdrawable = """
        SELECT id, due_at, lane FROM outbox \(EntryState.open) AND conversation = ? AND lane <> 2 AND state = 'waiting'
        ORDER BY lane, id
        """

    /// Notes that a lane may have another head, or another number of entries, once the transaction is on disk.
    func noteLane(_ lane: Lane, account: String, _ db: Connection) throws {
        guard changes.isHeard else { return }
        changes.note(.lane(try LaneState(lane, account: account, db)))
    }
}
