import Responder

/// A person who is to be erased or has been: a contact of one account.
public struct Forgotten: Sendable, Hashable {
    /// The number of the conversation.
    public var conversation: Int64
    /// The account that the person wrote to.
    public var account: String
    /// The person's number as it is stored; the provider's id, or else the address, if there is no number.
    public var name: String
    /// The number of messages.
    public var messages: Int
    /// The number of answers.
    public var answers: Int
}

extension Store {
    /// The address in an empty row: the contact was forgotten, or turned out to be another one.
    static let forgottenAddress = "forgotten"

    /// Finds the contacts of a person: one for each account that the person wrote to.
    ///
    /// - Parameter contact: A number as people write it (``WrittenNumber``), or the provider's id.
    /// - Throws: ``StoreError`` if the database can't be read.
    public func people(named contact: String) async throws(StoreError) -> [Forgotten] {
        try await read { db in
            let number = WrittenNumber(contact)
            let found = try db.all(Self.named, contact, number?.digits) { row in
                let address = row.text(2)
                let isNamed = address == contact || number?.names(address, at: row.text(1)) ?? false
                return isNamed
                    ? Forgotten(
                        conversation: row.integer(0), account: row.text(1), name: row.text(3), messages: row.int(4),
                        answers: row.int(5)) : nil
            }
            return found.reduce(into: []) { people, person in
                if let person, people.last?.conversation != person.conversation { people.append(person) }
            }
        }
    }

    static let named = """
        SELECT c.id, c.account, found.value, coalesce(c.number, c.provider_id, c.address),
          (SELECT count(*) FROM message WHERE conversation = c.id),
          (SELECT count(*) FROM outbox WHERE conversation = c.id)
        FROM (
          SELECT id AS contact, number AS value FROM contact WHERE number = ?1 OR number LIKE '%' || ?2
          UNION ALL SELECT id, provider_id FROM contact WHERE provider_id = ?1
          UNION ALL SELECT contact, value FROM former_address
            WHERE value = ?1 OR kind = 'number' AND value LIKE '%' || ?2
        ) found JOIN contact c ON c.id = found.contact
        ORDER BY c.id
        """

    /// Erases people: their messages, the answers, their names, numbers and ids.
    ///
    /// The rows stay, empty, so that counts stay right and duplicates are still recognised by their ids. Entries that
    /// still wait are not sent. A person who writes again is a new contact; an earlier opt-out is erased too.
    ///
    /// - Returns: The people with the number of erased messages and answers.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func forget(_ people: [Forgotten], by command: Command? = nil) async throws(StoreError) -> [Forgotten] {
        let rerun = Rerun<[Forgotten]>.unless { db, forgotten in
            try forgotten.allSatisfy { try db.exists(Self.isForgotten, $0.conversation, Self.forgottenAddress) }
        }
        let forgotten = try await write(about: .conversations(people.map(\.conversation)), rerun: rerun) { db in
            var forgotten = people
            for place in forgotten.indices {
                try Self.erase(&forgotten[place], db)
                let (conversation, account) = (forgotten[place].conversation, forgotten[place].account)
                for kind in Outgoing.Lane.allCases {
                    try self.noteLane(Lane(conversation: conversation, kind: kind), account: account, db)
                }
                guard let command else { continue }
                try Self.record(.forgotten, by: command, conversation: conversation, account: account, db)
            }
            return forgotten
        }
        await engine.erase()
        return forgotten
    }

    private static func erase(_ person: inout Forgotten, _ db: Connection) throws {
        let contact = person.conversation
        // Hooks are stored as they came, so each one that contains the person's number, id or address anywhere is
        // emptied.
        for name in Set(try db.all(Self.names, contact) { $0.text(0) }) {
            try db.run(
                "UPDATE hook SET payload = '' WHERE account = ?1 AND replace(payload, ?2, '') <> payload",
                person.account,
                name)
        }
        person.messages = try db.changed(
            """
            UPDATE message SET body = '', caption = NULL, choice = NULL, name = NULL, address = '', payload = '' WHERE conversation = ?
            """, contact)
        try db.run(
            """
            UPDATE attempt SET request = NULL, detail = NULL
            WHERE entry IN (SELECT id FROM outbox WHERE conversation = ?)
            """, contact)
        try db.run(
            """
            UPDATE decision SET because = '', changes = '{}'
            WHERE message IN (SELECT id FROM message WHERE conversation = ?)
            """, contact)
        person.answers = try db.changed(
            """
            UPDATE outbox SET outgoing = ?, is_unknown = 0, detail = NULL,
              reason = CASE WHEN \(EntryState.isOpen) OR state = 'failed' THEN 'forgotten' ELSE reason END,
              state = CASE WHEN \(EntryState.isOpen) OR state = 'failed' THEN 'dropped' ELSE state END
            WHERE conversation = ?
            """, Outgoing.forgotten.json, contact)
        try db.run("UPDATE conversation SET memory = '{}', paused_until = NULL WHERE id = ?", contact)
        try db.run(
            "UPDATE contact SET provider_id = NULL, number = NULL, name = NULL, address = ? WHERE id = ?",
            forgottenAddress, contact)
        try db.run("DELETE FROM former_address WHERE contact = ?", contact)
    }

    static let names = """
        SELECT value FROM former_address WHERE contact = ?1 UNION SELECT address FROM contact WHERE id = ?1
        UNION SELECT number FROM contact WHERE id = ?1 AND number IS NOT NULL
        UNION SELECT provider_id FROM contact WHERE id = ?1 AND provider_id IS NOT NULL
        """

    static let isForgotten = "SELECT 1 FROM contact WHERE id = ? AND address = ?"
}

extension Outgoing {
    /// What is left of an answer to a contact who was erased.
    static let forgotten = Outgoing(body: .message(.text("", replyTo: nil)), textEnd: Timestamp(seconds: 0))
}
