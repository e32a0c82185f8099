import Foundation
import GRDB
public import Responder

extension Store {
    /// Pauses the bot in a conversation until `end`, or resumes it if `end` is `nil`.
    ///
    /// - Returns: Whether there is a conversation with that number.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func pause(_ conversation: Int64, until end: Timestamp?) async throws(StoreError) -> Bool {
        try await write(for: .progress) { db in
            try db.executeCached(
                sql: "UPDATE conversation SET paused_until = ? WHERE id = ?", arguments: [end, conversation])
            guard db.changesCount == 1 else { return false }
            let known = try self.loadConversation(conversation, db).memory
            var memory = known
            if end == nil { memory.resume() }
            // Memory that can't be read stays as it is.
            if memory != known {
                try db.executeCached(
                    sql: "UPDATE conversation SET memory = ? WHERE id = ?", arguments: [memory.json, conversation])
            }
            return true
        }
    }

    /// Opts a contact out and withdraws the entries that still wait, or opts the contact in again.
    ///
    /// - Returns: Whether there is a conversation with that number.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func optOut(_ conversation: Int64, _ isOptedOut: Bool, at now: Timestamp) async throws(StoreError) -> Bool {
        try await write(for: .progress) { db in
            guard
                try Bool.fetchOne(db, sql: "SELECT 1 FROM conversation WHERE id = ?", arguments: [conversation]) != nil
            else { return false }
            var memory = try self.loadConversation(conversation, db).memory
            memory.isOptedOut = isOptedOut
            try db.executeCached(
                sql: "UPDATE conversation SET memory = ? WHERE id = ?", arguments: [memory.json, conversation])
            if isOptedOut { try Self.withdraw(conversation, at: now, db) }
            return true
        }
    }
}
