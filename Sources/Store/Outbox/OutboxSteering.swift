import Foundation
import GRDB
public import Responder

/// What releasing an entry led to.
public enum Release: Sendable, Hashable {
    /// It is sent again.
    case released(EntryReference)
    /// It is neither held nor failed nor dropped.
    case notOver
    /// Its contact has opted out.
    case optedOut
}

extension Store {
    /// Sends a held, failed or dropped entry again, whatever is known of it, but not to who wants to hear nothing.
    public func release(
        _ entry: Int64, at now: Timestamp, by command: Command? = nil
    ) async throws(StoreError) -> Release {
        try await write(for: .progress) { db in
            let lane = Outgoing.Lane.posts
            let contact = try db.first(
                "SELECT conversation FROM outbox WHERE id = ? AND lane <> ?", entry, lane.rawValue
            ) { $0.integer(0) }
            if let contact, try self.conversation(contact, db).memory.isOptedOut { return .optedOut }
            try db.executeCached(
                sql: """
                    UPDATE outbox SET state = 'waiting', reason = 'released', detail = NULL, is_unknown = 0, is_withdrawn = 0,
                      released_at = ?, due_at = ?, fallback_at = CASE WHEN fallback_at IS NULL THEN NULL ELSE ? END
                    WHERE id = ? AND state IN ('held', 'failed', 'dropped')
                    """, arguments: [now, now, now, entry])
            guard db.changesCount == 1 else { return .notOver }
            if let command { try Self.record(.released, by: command, entry: entry, db) }
            return try Row.fetchOne(
                db, sql: "SELECT id, conversation, account, due_at, lane FROM outbox WHERE id = ?", arguments: [entry]
            ).map { .released(EntryReference(row: $0)) } ?? .notOver
        }
    }

    /// Gives an entry up that has not been sent. False where there is nothing to give up.
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

    /// All entries that are to be sent, in order.
    public func waitingEntries() async throws(StoreError) -> [EntryReference] {
        try await read { db in try EntryReference.all(.waiting, db) }
    }
}
