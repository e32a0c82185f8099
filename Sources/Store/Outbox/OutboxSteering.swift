import Foundation
import GRDB
public import Responder

/// The result of releasing an entry.
public enum Release: Sendable, Hashable {
    /// The entry is sent again.
    case released(EntryReference)
    /// The entry does not exist, or is neither held nor failed nor dropped.
    case notReleasable
    /// The contact has opted out.
    case optedOut
}

extension Store {
    /// Sends a held, failed or dropped entry again, whatever the earlier outcome. An answer to a contact who has opted
    /// out is not sent; a post to the business is.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func release(
        _ entry: Int64, at now: Timestamp, by command: Command? = nil
    ) async throws(StoreError) -> Release {
        try await write(for: .progress) { db in
            let lane = Outgoing.Lane.posts
            let contact = try db.first(
                "SELECT conversation FROM outbox WHERE id = ? AND lane <> ?", entry, lane.rawValue
            ) { $0.integer(0) }
            if let contact, try self.loadConversation(contact, db).memory.isOptedOut { return .optedOut }
            try db.executeCached(
                sql: """
                    UPDATE outbox SET state = 'waiting', reason = 'released', detail = NULL, is_unknown = 0, is_withdrawn = 0,
                      released_at = ?, due_at = ?, fallback_at = CASE WHEN fallback_at IS NULL THEN NULL ELSE ? END
                    WHERE id = ? AND state IN ('held', 'failed', 'dropped')
                    """, arguments: [now, now, now, entry])
            guard db.changesCount == 1 else { return .notReleasable }
            if let command { try Self.record(.released, by: command, entry: entry, db) }
            return try Row.fetchOne(
                db, sql: "SELECT id, conversation, account, due_at, lane FROM outbox WHERE id = ?", arguments: [entry]
            ).map { .released(EntryReference(row: $0)) } ?? .notReleasable
        }
    }

    /// Drops an entry that is held, waiting or failed.
    ///
    /// - Returns: Whether there was an entry to drop.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func drop(_ entry: Int64, by command: Command? = nil) async throws(StoreError) -> Bool {
        try await write(for: .progress) { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET state = 'dropped', reason = 'by-hand', detail = NULL, is_unknown = 0
                    WHERE id = ? AND state IN ('held', 'waiting', 'failed')
                    """, arguments: [entry])
            guard db.changesCount == 1 else { return false }
            if let command { try Self.record(.dropped, by: command, entry: entry, db) }
            return true
        }
    }

    /// Returns all entries that are to be sent, in order.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func waitingEntries() async throws(StoreError) -> [EntryReference] {
        try await read { db in try EntryReference.all(.waiting, db) }
    }
}
