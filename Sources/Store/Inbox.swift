import GRDB
public import Responder

/// What accepting an event led to.
public struct Accepted: Sendable {
    /// What became of the event.
    public enum Result: String, Sendable {
        /// A message, and it is decided.
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
    /// What a new message led to.
    public var decided: Decided?
    /// Outbox entries that have to be looked at again.
    public var requeued: [EntryReference] = []
    /// Held entries that turn out to have been accepted.
    public var settled: [EntryReference] = []
    /// Why the account must stop sending.
    public var accountFault: Refusal?
}

extension Store {
    /// Decides a message, and says as of which moment. Must be pure and quick, for the writer waits for it.
    public typealias Decide = @Sendable (Message, Conversation) -> (decision: Decision, at: Timestamp)

    /// Stores a message of a contact together with its decision and the outbox entries that it makes, unless the message
    /// was stored before. What arrives together is decided by the provider's timestamps.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - payload: The webhook's body as it came.
    ///   - now: The moment of arrival.
    ///   - decide: The decision.
    public func accept(
        _ message: Message, payload: String, at now: Timestamp, by decide: @escaping Decide
    ) async throws(StoreError) -> Accepted {
        try await write(sentAt: message.timestamp) { db in
            if try db.exists(Self.knownMessage, message.account, message.unique) { return Accepted(result: .duplicate) }
            var known = try self.contact(message.contact, account: message.account, at: now, db)
            known.conversation.window.noteMessage(at: message.timestamp)
            var whole = message
            whole.contact.id = known.contact.id
            whole.contact.number = known.contact.number
            let made = try self.made(by: decide, of: whole, in: known.id, &known.conversation, db)
            try db.run(
                """
                INSERT INTO message (account, unique_id, conversation, address, name, type, body, caption, quoted,
                  timestamp, received_at, payload, is_decided)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
                """,
                message.account, message.unique, known.id, message.contact.address, message.contact.name,
                message.type.rawValue, message.body, message.caption, message.quoted, message.timestamp, now, payload)
            let decided = try self.store(
                made, as: db.lastInsertedRowID, of: whole, in: known.id, receivedAt: now, db)
            return Accepted(result: .new, decided: decided)
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

    /// A contact as the database knows it, with what is known of the conversation.
    struct KnownContact {
        /// Also the number of the conversation.
        var id: Int64
        var contact: Contact
        var conversation = Conversation()
    }

    /// Finds a contact, or makes one; its conversation is to be saved then.
    ///
    /// The provider's id is the better key. A contact known by number alone is recognised when the id turns up, and a
    /// number that has changed hands leaves its former owner.
    func contact(
        _ contact: Contact, account: String, at now: Timestamp, _ db: Database
    ) throws -> KnownContact {
        let byID = try contact.id.flatMap { try db.first(Self.contactByID, account, $0, read: known) }
        if let byID, contact.number == nil || contact.number == byID.contact.number {
            return try Self.update(byID, contact, db)
        }
        let byNumber = try contact.number.flatMap { try db.first(Self.contactByNumber, account, $0, read: known) }
        // Under that number somebody else would get what is meant for the former owner.
        let leave = "UPDATE contact SET number = NULL, address = coalesce(provider_id, address) WHERE id = ?"
        if let byID {
            guard let byNumber else { return try Self.update(byID, contact, db) }
            try db.run(leave, byNumber.id)
            var known = try Self.update(byID, contact, db)
            // Known by number alone, it has been the same person all along: what was asked for there holds.
            if byNumber.contact.id == nil { try self.takeOver(byNumber.conversation, into: &known, db) }
            return known
        }
        if let byNumber {
            if byNumber.contact.id == nil || contact.id == nil { return try Self.update(byNumber, contact, db) }
            try db.run(leave, byNumber.id)
        }
        try db.run(
            "INSERT INTO contact (account, provider_id, number, address, name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            account, contact.id, contact.number, contact.address, contact.name, now)
        return KnownContact(id: db.lastInsertedRowID, contact: contact)
    }

    /// Has a contact stay opted out, and quiet as long, as under the number alone.
    private func takeOver(_ other: Conversation, into known: inout KnownContact, _ db: Database) throws {
        if let until = other.pausedUntil, known.conversation.pausedUntil.map({ $0 < until }) ?? true {
            known.conversation.pausedUntil = until
            known.conversation.memory.pause = other.memory.pause
        }
        if other.memory.isOptedOut { known.conversation.memory.isOptedOut = true }
        try db.run(
            "UPDATE conversation SET paused_until = ?, memory = ? WHERE id = ?",
            known.conversation.pausedUntil, known.conversation.memory.json, known.id)
    }

    static let contactByID = "\(knownContact) WHERE c.account = ? AND c.provider_id = ?"
    static let contactByNumber = "\(knownContact) WHERE c.account = ? AND c.number = ?"

    private static let knownContact = """
        SELECT v.last_message_at, v.window_end, v.window_corrected_at, v.paused_until, v.memory,
          c.id, c.provider_id, c.number, c.address, c.name
        FROM contact c JOIN conversation v ON v.id = c.id
        """

    /// Reads ``knownContact``.
    private func known(_ row: Columns) throws -> KnownContact {
        KnownContact(
            id: row.integer(5),
            contact: Contact(
                id: row.textOrNil(6), number: row.textOrNil(7), address: row.text(8), name: row.textOrNil(9)),
            conversation: conversation(row, of: row.integer(5)))
    }

    /// Takes over what the newest message says of a contact; what it does not say stays.
    private static func update(
        _ known: KnownContact, _ contact: Contact, _ db: Database
    ) throws -> KnownContact {
        var next = contact
        next.id = contact.id ?? known.contact.id
        next.number = contact.number ?? known.contact.number
        next.name = contact.name ?? known.contact.name
        guard next != known.contact else { return known }
        try db.run(
            "UPDATE contact SET provider_id = ?, number = ?, address = ?, name = ? WHERE id = ?",
            next.id, next.number, next.address, next.name, known.id)
        return KnownContact(id: known.id, contact: next, conversation: known.conversation)
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
