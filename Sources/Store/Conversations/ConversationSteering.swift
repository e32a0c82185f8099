import Foundation
public import Responder

extension Store {
    /// Pauses the bot in a conversation until `end` and withdraws the answers that still wait, or resumes it if `end` is
    /// `nil`.
    ///
    /// - Returns: Whether there is a conversation with that number.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func pause(_ conversation: Int64, until end: Timestamp?) async throws(StoreError) -> Bool {
        let rerun = Rerun<Bool>.unless { db, isFound in
            try isFound && db.exists("SELECT 1 FROM conversation WHERE id = ? AND paused_until = ?", conversation, end)
        }
        return try await write(about: .conversation(conversation), for: .progress, rerun: rerun) { db in
            guard let account = try Self.account(of: conversation, db) else { return false }
            try db.run("UPDATE conversation SET paused_until = ? WHERE id = ?", end, conversation)
            let known = try self.loadConversation(conversation, db).memory
            var memory = known
            if end == nil { memory.resume() }
            // Memory that can't be read stays as it is.
            if memory != known {
                try db.run("UPDATE conversation SET memory = ? WHERE id = ?", memory.json, conversation)
            }
            if end != nil { try self.withdraw(conversation, account: account, for: .paused, db) }
            return true
        }
    }

    /// Opts a contact out and withdraws the answers that still wait, or opts the contact in again. After an opt-out only
    /// what the contact writes later opts in; an opt-in does not outweigh a word of the contact's that comes late.
    ///
    /// - Returns: Whether there is a conversation with that number.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func optOut(_ conversation: Int64, _ isOptedOut: Bool, at now: Timestamp) async throws(StoreError) -> Bool {
        let rerun = Rerun<Bool>.unless { db, isFound in
            try isFound && isOptedOut && self.loadConversation(conversation, db).memory.consentAt == now
        }
        return try await write(about: .conversation(conversation), for: .progress, rerun: rerun) { db in
            guard let account = try Self.account(of: conversation, db) else { return false }
            var memory = try self.loadConversation(conversation, db).memory
            (memory.isOptedOut, memory.consentAt) = (isOptedOut, isOptedOut ? now : nil)
            try db.run("UPDATE conversation SET memory = ? WHERE id = ?", memory.json, conversation)
            if isOptedOut { try self.withdraw(conversation, account: account, for: .optedOut, db) }
            return true
        }
    }

    /// The account of a conversation; `nil` if there is no conversation with that number.
    private static func account(of conversation: Int64, _ db: Connection) throws -> String? {
        try db.first(accountOfConversation, conversation) { $0.text(0) }
    }

    static let accountOfConversation =
        "SELECT c.account FROM conversation v JOIN contact c ON c.id = v.id WHERE v.id = ?"
}
