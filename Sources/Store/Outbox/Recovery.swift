import GRDB
public import Responder

extension Store {
    /// Recovers after a stop or a crash: the outcome of each attempt that had left without one becomes unknown.
    ///
    /// - Returns: All entries that are still to be sent, in order.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func recover(at now: Timestamp) async throws(StoreError) -> [EntryReference] {
        try await write(for: .progress) { db in
            try db.executeCached(
                sql: """
                    UPDATE outbox SET state = 'waiting', is_unknown = 1, due_at = ?
                    WHERE id IN (SELECT entry FROM attempt WHERE outcome IS NULL) AND state = 'sending'
                    """, arguments: [now]
            )
            try db.execute(
                sql: """
                    UPDATE attempt SET outcome = 'unknown', ended_at = ?, detail = 'replyd stopped before the answer came'
                    WHERE outcome IS NULL
                    """, arguments: [now]
            )
            try Self.settleWaitingUpdates(db)
            return try EntryReference.all(.waiting, db)
        }
    }
}
