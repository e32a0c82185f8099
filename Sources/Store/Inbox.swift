import GRDB
public import Responder

/// What accepting an event led to.
public struct Accepted: Sendable {
    /// What became of the event.
    public enum Result: String, Sendable {
        /// A message that waits for its decision.
        case new
        /// A message that was accepted before; nothing changed.
        case duplicate
        /// Something else that was taken note of.
        case noted
        /// A person answered this contact from another tool.
        case takenOver = "taken-over"
    }

    /// What became of the event.
    public var result: Result
    /// Outbox entries that have to be looked at again.
    public var requeued: [EntryReference] = []
    /// Why the account must stop sending.
    public var accountFault: Refusal?
}

extension Store {
    /// Stores a message of a contact, unless it was stored before, and lets it open the window.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - payload: The webhook's body as it came.
    ///   - now: The moment of arrival.
    public func accept(_ message: Message, payload: String, at now: Timestamp) async throws(StoreError) -> Accepted {
        try await write { db in
            let known = try db.cachedStatement(sql: "SELECT 1 FROM message WHERE account = ? AND unique_id = ?")
            if try Bool.fetchOne(known, arguments: [message.account, message.unique]) != nil {
                return Accepted(result: .duplicate)
            }
            let conversation = try Self.conversation(of: message.contact, account: message.account, at: now, db)
            var window = try Self.window(of: conversation, db)
            window.noteMessage(at: message.timestamp)
            try Self.save(window, of: conversation, db)
            try db.cachedStatement(
                sql: """
                    INSERT INTO message (account, unique_id, conversation, address, name, type, body, caption, quoted,
                      timestamp, received_at, payload)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                message.account, message.unique, conversation, message.contact.address, message.contact.name,
                message.type.rawValue, message.body, message.caption, message.quoted, message.timestamp, now, payload,
            ])
            return Accepted(result: .new)
        }
    }

    /// Keeps a hook that is not understood.
    public func keep(hook: String, payload: String, account: String, at now: Timestamp) async throws(StoreError)
        -> Accepted
    {
        try await write { db in
            try Self.insertHook(hook, payload: payload, account: account, at: now, db)
            return Accepted(result: .noted)
        }
    }

    static func insertHook(_ kind: String, payload: String, account: String, at now: Timestamp, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO hook (account, kind, received_at, payload) VALUES (?, ?, ?, ?)")
            .execute(arguments: [account, kind, now, payload])
    }

    // MARK: Conversations

    /// Finds the conversation of a contact, or begins it.
    ///
    /// The provider's id is the better key. A contact known by number alone is recognised when the id turns up, and a
    /// number that has changed hands leaves its former owner.
    static func conversation(
        of contact: Contact, account: String, at now: Timestamp, _ db: Database
    ) throws -> Int64 {
        let byID = try contact.id.flatMap { id in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT id, number, address, name FROM contact WHERE account = ? AND provider_id = ?"
                ), arguments: [account, id]
            )
        }
        let byNumber = try contact.number.flatMap { number in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: "SELECT id, provider_id, address, name FROM contact WHERE account = ? AND number = ?"
                ), arguments: [account, number]
            )
        }
        if let byID {
            let id: Int64 = byID["id"]
            if let other: Int64 = byNumber?["id"], other != id {
                try db.executeCached(sql: "UPDATE contact SET number = NULL WHERE id = ?", arguments: [other])
            }
            try update(id, contact, known: byID, db)
            return id
        }
        if let byNumber {
            let holder: String? = byNumber["provider_id"]
            if holder == nil || contact.id == nil {
                let id: Int64 = byNumber["id"]
                try update(id, contact, known: byNumber, db)
                return id
            }
            try db.executeCached(
                sql: "UPDATE contact SET number = NULL WHERE id = ?", arguments: [byNumber["id"] as Int64])
        }
        try db.cachedStatement(
            sql:
                "INSERT INTO contact (account, provider_id, number, address, name, created_at) VALUES (?, ?, ?, ?, ?, ?)"
        ).execute(arguments: [account, contact.id, contact.number, contact.address, contact.name, now])
        let id = db.lastInsertedRowID
        try db.cachedStatement(sql: "INSERT INTO conversation (id) VALUES (?)").execute(arguments: [id])
        return id
    }

    /// Takes over what the newest message says of a contact; what it does not say stays.
    private static func update(_ id: Int64, _ contact: Contact, known: Row, _ db: Database) throws {
        func isNews(_ value: String?, _ column: String) -> Bool {
            guard let value, known.hasColumn(column) else { return false }
            return (known[column] as String?) != value
        }
        let isNews =
            isNews(contact.address, "address") || isNews(contact.name, "name") || isNews(contact.number, "number")
            || isNews(contact.id, "provider_id")
        guard isNews else { return }
        try db.cachedStatement(
            sql: """
                UPDATE contact SET provider_id = coalesce(?, provider_id), number = coalesce(?, number), address = ?,
                  name = coalesce(?, name)
                WHERE id = ?
                """
        ).execute(arguments: [contact.id, contact.number, contact.address, contact.name, id])
    }

    /// The conversation of the contact that a hook names by number or id; nil where there is none.
    static func conversation(named address: String?, account: String, _ db: Database) throws -> Int64? {
        guard let address else { return nil }
        return try Int64.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id FROM contact WHERE account = ?1 AND number = ?2
                    UNION ALL SELECT id FROM contact WHERE account = ?1 AND provider_id = ?2 LIMIT 1
                    """
            ), arguments: [account, address]
        )
    }

    static func window(of conversation: Int64, _ db: Database) throws -> Window {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: "SELECT last_message_at, window_end, window_corrected_at FROM conversation WHERE id = ?"
            ), arguments: [conversation]
        )
        return row.map(Window.init(row:)) ?? Window()
    }

    static func save(_ window: Window, of conversation: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE conversation SET last_message_at = ?, window_end = ?, window_corrected_at = ? WHERE id = ?"
        ).execute(arguments: [window.lastMessageAt, window.end, window.correctedAt, conversation])
    }
}

extension Window {
    /// Reads `last_message_at`, `window_end` and `window_corrected_at`: the first three columns.
    init(row: Row) {
        self.init(lastMessageAt: row[0], end: row[1], correctedAt: row[2])
    }
}
