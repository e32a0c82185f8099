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
    /// Held entries that turn out to have been accepted.
    public var settled: [EntryReference] = []
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
            if try db.exists(Self.knownMessage, message.account, message.unique) { return Accepted(result: .duplicate) }
            let conversation = try Self.conversation(of: message.contact, account: message.account, at: now, db)
            var window = try Self.window(of: conversation, db)
            window.noteMessage(at: message.timestamp)
            try Self.save(window, of: conversation, db)
            try db.run(
                """
                INSERT INTO message (account, unique_id, conversation, address, name, type, body, caption, quoted,
                  timestamp, received_at, payload)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                message.account, message.unique, conversation, message.contact.address, message.contact.name,
                message.type.rawValue, message.body, message.caption, message.quoted, message.timestamp, now, payload)
            return Accepted(result: .new)
        }
    }

    static let knownMessage = "SELECT 1 FROM message WHERE account = ? AND unique_id = ?"

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
        try db.run(
            "INSERT INTO hook (account, kind, received_at, payload) VALUES (?, ?, ?, ?)", account, kind, now, payload)
    }

    // MARK: Conversations

    /// Finds the conversation of a contact, or begins it.
    ///
    /// The provider's id is the better key. A contact known by number alone is recognised when the id turns up, and a
    /// number that has changed hands leaves its former owner.
    static func conversation(
        of contact: Contact, account: String, at now: Timestamp, _ db: Database
    ) throws -> Int64 {
        let byID = try contact.id.flatMap { try db.first(contactByID, account, $0, read: KnownContact.init) }
        let byNumber = try contact.number.flatMap {
            try db.first(contactByNumber, account, $0, read: KnownContact.init)
        }
        let leave = "UPDATE contact SET number = NULL WHERE id = ?"
        if let byID {
            if let byNumber, byNumber.id != byID.id { try db.run(leave, byNumber.id) }
            try update(byID, contact, db)
            return byID.id
        }
        if let byNumber {
            if byNumber.contact.id == nil || contact.id == nil {
                try update(byNumber, contact, db)
                return byNumber.id
            }
            try db.run(leave, byNumber.id)
        }
        try db.run(
            "INSERT INTO contact (account, provider_id, number, address, name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            account, contact.id, contact.number, contact.address, contact.name, now)
        let id = db.lastInsertedRowID
        try db.run("INSERT INTO conversation (id) VALUES (?)", id)
        return id
    }

    static let contactByID =
        "SELECT id, provider_id, number, address, name FROM contact WHERE account = ? AND provider_id = ?"
    static let contactByNumber =
        "SELECT id, provider_id, number, address, name FROM contact WHERE account = ? AND number = ?"

    private struct KnownContact {
        var id: Int64
        var contact: Contact

        init(_ row: Columns) {
            id = row.integer(0)
            contact = Contact(
                id: row.textOrNil(1), number: row.textOrNil(2), address: row.text(3), name: row.textOrNil(4))
        }
    }

    /// Takes over what the newest message says of a contact; what it does not say stays.
    private static func update(_ known: KnownContact, _ contact: Contact, _ db: Database) throws {
        var next = contact
        next.id = contact.id ?? known.contact.id
        next.number = contact.number ?? known.contact.number
        next.name = contact.name ?? known.contact.name
        guard next != known.contact else { return }
        try db.run(
            "UPDATE contact SET provider_id = ?, number = ?, address = ?, name = ? WHERE id = ?",
            next.id, next.number, next.address, next.name, known.id)
    }

    /// The conversation of the contact that a hook names by number or id; nil where there is none.
    static func conversation(named address: String?, account: String, _ db: Database) throws -> Int64? {
        guard let address else { return nil }
        let named = """
            SELECT id FROM contact WHERE account = ?1 AND number = ?2
            UNION ALL SELECT id FROM contact WHERE account = ?1 AND provider_id = ?2 LIMIT 1
            """
        return try db.first(named, account, address) { $0.integer(0) }
    }

    static func window(of conversation: Int64, _ db: Database) throws -> Window {
        let sql = "SELECT last_message_at, window_end, window_corrected_at FROM conversation WHERE id = ?"
        return try db.first(sql, conversation, read: Window.init) ?? Window()
    }

    static func save(_ window: Window, of conversation: Int64, _ db: Database) throws {
        try db.run(
            "UPDATE conversation SET last_message_at = ?, window_end = ?, window_corrected_at = ? WHERE id = ?",
            window.lastMessageAt, window.end, window.correctedAt, conversation)
    }
}

extension Window {
    /// Reads `last_message_at`, `window_end` and `window_corrected_at`: the first three columns.
    init(_ row: Columns) {
        self.init(lastMessageAt: row.timeOrNil(0), end: row.timeOrNil(1), correctedAt: row.timeOrNil(2))
    }
}
