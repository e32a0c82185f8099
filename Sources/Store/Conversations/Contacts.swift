import GRDB
public import Responder

extension Store {
    /// A contact, as the database knows it, and its conversation.
    struct KnownContact {
        /// The number of the contact, which is also that of the conversation.
        var id: Int64
        var contact: Contact
        var conversation = Conversation()
    }

    /// Finds a contact or inserts it; the caller must then save its conversation.
    ///
    /// The provider's id is the better key. A contact known by number alone is recognised when the id turns up, and a
    /// number that has changed hands is taken from its former owner.
    func contact(
        _ contact: Contact, account: String, at now: Timestamp, _ db: Database
    ) throws -> KnownContact {
        let byID = try contact.id.flatMap { try db.first(Self.contactByID, account, $0, read: known) }
        if let byID, contact.number == nil || contact.number == byID.contact.number {
            return try Self.update(byID, contact, db)
        }
        let byNumber = try contact.number.flatMap { try db.first(Self.contactByNumber, account, $0, read: known) }
        // If the former owner kept the number, messages meant for that person would reach somebody else.
        let leave = "UPDATE contact SET number = NULL, address = coalesce(provider_id, address) WHERE id = ?"
        if let byID {
            guard let byNumber else { return try Self.update(byID, contact, db) }
            try db.run(leave, byNumber.id)
            var known = try Self.update(byID, contact, db)
            // A contact known by number alone has been the same person all along, so the opt-out and the pause recorded
            // there hold here too.
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

    /// Keeps a contact opted out, and the bot quiet as long, as under the number alone.
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
            conversation: readConversation(row, of: row.integer(5)))
    }

    /// Stores the details of a contact that the newest message gives; details that it lacks stay.
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

    /// The number of the conversation with a contact that a report names; `nil` if there is none.
    static func conversationID(
        ofContact contact: ReportedContact?, account: String, _ db: Database
    ) throws -> Int64? {
        guard let contact else { return nil }
        let named = """
            SELECT id FROM contact WHERE account = ?1 AND number = ?2
            UNION ALL SELECT id FROM contact WHERE account = ?1 AND provider_id = ?2 LIMIT 1
            """
        return try db.first(named, account, contact.address) { $0.integer(0) }
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
