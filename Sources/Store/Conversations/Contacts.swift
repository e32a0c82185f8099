import Responder

extension Store {
    /// A contact, as the database knows it, and its conversation.
    struct KnownContact {
        /// The number of the contact, which is also that of the conversation.
        var id: Int64
        var contact: Contact
        var conversation = Conversation()
        /// The number of times that answers of the conversation were withdrawn.
        var withdrawals = 0
    }

    /// The kind of an address of a contact.
    enum AddressKind: String {
        case number
        /// The provider's id.
        case id
    }

    /// Finds a contact or inserts it; the caller must then save its conversation.
    ///
    /// The provider's id is the better key. A contact known by number alone is the same person when the id turns up
    /// beside the number; a number that has changed hands is taken from its former owner. A message that comes late tells
    /// how things were: it takes no number from somebody who has written since, and brings none back.
    ///
    /// - Parameter sentAt: The moment at which the message with these details was sent; `nil` for a report.
    func contact(
        _ contact: Contact, account: String, sentAt: Timestamp? = nil, at now: Timestamp, _ db: Connection
    ) throws -> KnownContact {
        func isLate(for known: KnownContact) throws -> Bool {
            guard let sentAt else { return false }
            if let last = known.conversation.memory.lastMessageAt, sentAt < last { return true }
            let isElsewhere =
                contact.id ?? known.contact.id != known.contact.id
                || contact.number ?? known.contact.number != known.contact.number
            return try isElsewhere && db.exists(Self.leftLater, account, known.id, contact.id, contact.number, sentAt)
        }
        let byID = try contact.id.flatMap { try known(by: $0, .id, account: account, db) }
        if let byID, contact.number == nil || contact.number == byID.contact.number {
            if try isLate(for: byID), contact.id != byID.contact.id { return byID }
            return try update(byID, contact, account: account, db)
        }
        let byNumber = try contact.number.flatMap {
            try known(by: $0, .number, account: account, sentAt: sentAt, db)
        }
        switch (byID, byNumber) {
        case (let one?, nil):
            guard try isLate(for: one), let number = contact.number else {
                return try update(one, contact, account: account, db)
            }
            // The contact has had another number since.
            try addFormer(number, .number, to: one.id, account: account, db)
            return one
        case (let one?, let other?) where one.id == other.id:
            return try isLate(for: one) ? one : try update(one, contact, account: account, db)
        case (let one?, let other?) where other.contact.id == nil:
            let isLate = try isLate(for: one) && one.contact.number != nil
            let merged = try merge(other, into: one, account: account, at: now, db)
            return isLate ? merged : try update(merged, contact, account: account, db)
        case (let one?, let other?):
            if try isLate(for: one) || isLate(for: other) { return one }
            try take(contact.number, from: other, account: account, db)
            return try update(one, contact, account: account, db)
        case (nil, let other?) where other.contact.id == nil || contact.id == nil:
            if try isLate(for: other), contact.number != other.contact.number { return other }
            return try update(other, contact, account: account, db)
        case (nil, let other):
            var contact = contact
            if let other {
                if try isLate(for: other), let id = contact.id {
                    (contact.number, contact.address) = (nil, id)
                } else {
                    try take(contact.number, from: other, account: account, db)
                }
            }
            return try insert(contact, account: account, at: now, db)
        }
    }

    /// Inserts a contact; the caller must then save its conversation.
    func insert(
        _ contact: Contact, account: String, at now: Timestamp, _ db: Connection
    ) throws -> KnownContact {
        let id = try db.insert(
            "INSERT INTO contact (account, provider_id, number, address, name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
            account, contact.id, contact.number, contact.address, contact.name, now)
        try removeFormer(contact.number, .number, account: account, db)
        return KnownContact(id: id, contact: contact)
    }

    /// Takes a number from the contact who had it before. Otherwise messages meant for that person would reach somebody
    /// else.
    func take(_ number: String?, from other: KnownContact, account: String, _ db: Connection) throws {
        guard let number, other.contact.number == number else { return }
        // Without an id there is no other way to that person.
        if other.contact.id == nil { _ = try withdraw(other.id, account: account, for: .forgotten, db) }
        try db.run(
            "UPDATE contact SET number = NULL, address = coalesce(provider_id, address) WHERE id = ?", other.id)
    }

    /// Keeps an address under which messages of a contact may still come although another is in its row.
    ///
    /// - Parameter until: The moment from which it is known to be somebody else's; `nil` if it may still be the contact's.
    func addFormer(
        _ value: String, _ kind: AddressKind, to contact: Int64, account: String, until: Timestamp? = nil,
        _ db: Connection
    ) throws {
        try db.run(
            """
            INSERT INTO former_address (account, value, kind, contact, until) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (account, value, kind) DO UPDATE SET contact = excluded.contact, until = excluded.until
            """,
            account, value, kind.rawValue, contact, until)
    }

    private func removeFormer(_ value: String?, _ kind: AddressKind, account: String, _ db: Connection) throws {
        guard let value else { return }
        try db.run(
            "DELETE FROM former_address WHERE account = ? AND value = ? AND kind = ?", account, value, kind.rawValue)
    }

    /// Returns the contact who has an address, or had it when a message was sent.
    ///
    /// - Parameter sentAt: The moment at which the message was sent; `nil` for whoever has had the address.
    func known(
        by value: String, _ kind: AddressKind, account: String, sentAt: Timestamp? = nil, _ db: Connection
    ) throws -> KnownContact? {
        try db.first(kind == .id ? Self.contactByID : Self.contactByNumber, account, value, sentAt, read: knownContact)
    }

    private func knownContact(_ row: Columns) -> KnownContact {
        KnownContact(
            id: row.integer(5),
            contact: Contact(
                id: row.textOrNil(6), number: row.textOrNil(7), address: row.text(8), name: row.textOrNil(9)),
            conversation: readConversation(row, of: row.integer(5)), withdrawals: row.int(10))
    }

    /// A message was sent before its sender left the addresses that it came from.
    static let leftLater = """
        SELECT 1 FROM former_address
        WHERE account = ?1 AND contact = ?2 AND until >= ?5
          AND (value = ?3 AND kind = 'id' OR value = ?4 AND kind = 'number')
        """

    static let contactByID = contact(whose: "provider_id", .id)
    static let contactByNumber = contact(whose: "number", .number)

    /// An id is never somebody else's, whatever the moment.
    ///
    /// One statement looks among the latest addresses, then among the former ones: a contact who has never written is in
    /// neither, and two statements would cost twice as much.
    private static func contact(whose column: String, _ kind: AddressKind) -> String {
        """
        SELECT \(conversationColumns),
          c.id, c.provider_id, c.number, c.address, c.name, v.withdrawals
        FROM contact c JOIN conversation v ON v.id = c.id
        WHERE c.id = coalesce(
          (SELECT id FROM contact WHERE account = ?1 AND \(column) = ?2),
          (SELECT contact FROM former_address WHERE account = ?1 AND value = ?2 AND kind = '\(kind.rawValue)'
            AND (kind = 'id' OR ?3 IS NULL OR until IS NULL OR until >= ?3)))
        """
    }

    /// Stores the details of a contact that the newest message gives; details that it lacks stay.
    private func update(
        _ known: KnownContact, _ contact: Contact, account: String, _ db: Connection
    ) throws -> KnownContact {
        var next = contact
        next.id = contact.id ?? known.contact.id
        next.number = contact.number ?? known.contact.number
        next.name = contact.name ?? known.contact.name
        guard next != known.contact else { return known }
        return try readdress(known, next, account: account, db)
    }

    /// Stores the details of a contact as they are now; the addresses of before stay known.
    ///
    /// - Parameter movedAt: The moment from which those of before are known to be somebody else's, if it is known.
    func readdress(
        _ known: KnownContact, _ next: Contact, account: String, at movedAt: Timestamp? = nil, _ db: Connection
    ) throws -> KnownContact {
        try db.run(
            "UPDATE contact SET provider_id = ?, number = ?, address = ?, name = ? WHERE id = ?",
            next.id, next.number, next.address, next.name, known.id)
        try replace(known.contact.id, by: next.id, .id, of: known.id, account: account, at: movedAt, db)
        try replace(known.contact.number, by: next.number, .number, of: known.id, account: account, at: movedAt, db)
        var updated = known
        updated.contact = next
        return updated
    }

    private func replace(
        _ former: String?, by latest: String?, _ kind: AddressKind, of contact: Int64, account: String,
        at movedAt: Timestamp?, _ db: Connection
    ) throws {
        guard former != latest else { return }
        if let former { try addFormer(former, kind, to: contact, account: account, until: movedAt, db) }
        try removeFormer(latest, kind, account: account, db)
    }

    /// The number of the conversation with a contact that a report names; `nil` if there is none.
    static func conversationID(
        ofContact contact: ReportedContact?, account: String, _ db: Connection
    ) throws -> Int64? {
        guard let contact else { return nil }
        return try db.first(contactNamed, account, contact.address) { $0.integer(0) }
    }

    static let contactNamed = """
        SELECT id FROM contact WHERE account = ?1 AND number = ?2
        UNION ALL SELECT id FROM contact WHERE account = ?1 AND provider_id = ?2
        UNION ALL SELECT contact FROM former_address WHERE account = ?1 AND value = ?2 LIMIT 1
        """

    static func save(_ window: Window, of conversation: Int64, _ db: Connection) throws {
        try db.run(
            "UPDATE conversation SET last_message_at = ?, window_end = ?, window_corrected_at = ? WHERE id = ?",
            window.lastMessageAt, window.end, window.correctedAt, conversation)
    }
}

extension Window {
    /// The columns that ``init(_:)`` reads from the table `conversation`, named `v`.
    static let columns = "v.last_message_at, v.window_end, v.window_corrected_at"

    /// Reads ``columns``, which come first.
    init(_ row: Columns) {
        self.init(lastMessageAt: row.timeOrNil(0), end: row.timeOrNil(1), correctedAt: row.timeOrNil(2))
    }
}
