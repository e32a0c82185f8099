import GRDB
public import Responder

extension Store {
    /// Deletes some of what is older than `cutoff` and over: messages with their decisions, answers and
    /// attempts. What is waiting or held stays, and so do contacts: they may have opted out.
    ///
    /// - Parameters:
    ///   - cutoff: What arrived before goes.
    ///   - start: Messages up to this number have been looked at.
    ///   - limit: How many messages at most; a batch must not hold up the writer.
    /// - Returns: From where to go on; nil where all has been looked at.
    public func deleteOld(
        before cutoff: Timestamp, from start: Int64 = 0, limit: Int = 200
    ) async throws(StoreError) -> Int64? {
        try await write { db in
            // Numbers grow with arrival, so the oldest come first and the first that is young enough is the end.
            let rows = try Row.fetchAll(
                db.cachedStatement(
                    sql: "SELECT id, received_at, is_decided FROM message WHERE id > ? ORDER BY id LIMIT ?"),
                arguments: [start, limit])
            var last: Int64?
            for row in rows {
                let receivedAt: Timestamp = row["received_at"]
                guard receivedAt < cutoff else { break }
                let id: Int64 = row["id"]
                last = id
                guard row["is_decided"] else { continue }
                try deleteMessage(id, db)
            }
            return rows.count == limit ? last : nil
        }
    }

    /// Deletes some of the hooks that are no messages, and of the reports on what others have sent, that are older than
    /// `cutoff`.
    ///
    /// - Returns: Whether there may be more of them.
    public func deleteOldHooks(before cutoff: Timestamp, limit: Int = 200) async throws(StoreError) -> Bool {
        try await write { db in
            try [Self.oldHooks, Self.oldReports].contains { sql in
                try db.cachedStatement(sql: sql).execute(arguments: ["cutoff": cutoff, "limit": limit])
                return db.changesCount == limit
            }
        }
    }

    // Numbers grow with arrival.
    static let oldHooks = """
        DELETE FROM hook WHERE id IN (SELECT id FROM hook ORDER BY id LIMIT :limit) AND received_at < :cutoff
        """
    static let oldReports = """
        DELETE FROM foreign_update WHERE (account, unique_id) IN
          (SELECT account, unique_id FROM foreign_update WHERE received_at < :cutoff LIMIT :limit)
        """
}

/// Deletes one message with all that came of it, unless something of it is still to be sent.
private func deleteMessage(_ id: Int64, _ db: Database) throws {
    let open = try db.cachedStatement(
        sql: "SELECT 1 FROM outbox WHERE message = ? AND \(EntryState.isOpen) LIMIT 1")
    guard try Bool.fetchOne(open, arguments: [id]) == nil else { return }
    for sql in [
        "DELETE FROM attempt WHERE entry IN (SELECT id FROM outbox WHERE message = ?)",
        "DELETE FROM outbox WHERE message = ?", "DELETE FROM decision WHERE message = ?",
        "DELETE FROM message WHERE id = ?",
    ] {
        try db.cachedStatement(sql: sql).execute(arguments: [id])
    }
}
