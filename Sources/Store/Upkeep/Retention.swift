import GRDB
public import Responder

extension Store {
    /// Deletes some of the messages that arrived before `cutoff`, with their decisions, answers and attempts.
    ///
    /// A message stays while it is undecided, or while an answer to it waits, is in flight or is held. Contacts stay
    /// too, because they may have opted out.
    ///
    /// - Parameters:
    ///   - cutoff: The moment before which messages are deleted.
    ///   - start: The number up to which messages have been examined.
    ///   - limit: The largest number of messages; a batch must not hold up the writer.
    /// - Returns: The `start` of the next batch; `nil` if all messages have been examined.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func deleteOld(
        before cutoff: Timestamp, from start: Int64 = 0, limit: Int = 200
    ) async throws(StoreError) -> Int64? {
        try await write { db in
            // Numbers grow with arrival, so the oldest messages come first, and the first one that is young enough ends
            // the search.
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

    /// Deletes some of the hooks that are no messages, and of the reports on messages that others have sent, that are
    /// older than `cutoff`.
    ///
    /// - Returns: Whether there may be more of them.
    /// - Throws: ``StoreError`` if the database can't be written to.
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

/// Deletes one message with its decision, answers and attempts, unless an answer is still to be sent.
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
