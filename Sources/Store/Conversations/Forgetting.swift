import Foundation
import GRDB
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
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT c.id, c.account, a.value, coalesce(c.number, c.provider_id, c.address),
                      (SELECT count(*) FROM message WHERE conversation = c.id),
                      (SELECT count(*) FROM outbox WHERE conversation = c.id)
                    FROM (
                      SELECT id AS contact, number AS value FROM contact WHERE number = ?1 OR number LIKE '%' || ?2
                      UNION ALL SELECT id, provider_id FROM contact WHERE provider_id = ?1
                      UNION ALL SELECT contact, value FROM former_address
                        WHERE value = ?1 OR kind = 'number' AND value LIKE '%' || ?2
                    ) a JOIN contact c ON c.id = a.contact
                    ORDER BY c.id
                    """, arguments: [contact, number?.digits])
            var people: [Forgotten] = []
            for row in rows {
                let (id, account, address) = (row[0] as Int64, row[1] as String, row[2] as String)
                let isNamed = address == contact || number?.names(address, at: account) ?? false
                guard isNamed, people.last?.conversation != id else { continue }
                people.append(
                    Forgotten(conversation: id, account: account, name: row[3], messages: row[4], answers: row[5]))
            }
            return people
        }
    }

    /// Erases people: their messages, the answers, their names, numbers and ids.
    ///
    /// The rows stay, empty, so that counts stay right and duplicates are still recognised by their ids. Entries that
    /// still wait are not sent. A person who writes again is a new contact; an earlier opt-out is erased too.
    ///
    /// - Returns: The people with the number of erased messages and answers.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func forget(_ people: [Forgotten], by command: Command? = nil) async throws(StoreError) -> [Forgotten] {
        let forgotten = try await write { db in
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
        // Without a checkpoint, the WAL would keep the erased data until the next one.
        try await checkpoint()
        return forgotten
    }

    private static func erase(_ person: inout Forgotten, _ db: Database) throws {
        let contact = person.conversation
        let argument: StatementArguments = [contact]
        let names = try String.fetchSet(
            db,
            sql: """
                SELECT value FROM former_address WHERE contact = ?1 UNION SELECT address FROM contact WHERE id = ?1
                UNION SELECT number FROM contact WHERE id = ?1 AND number IS NOT NULL
                UNION SELECT provider_id FROM contact WHERE id = ?1 AND provider_id IS NOT NULL
                """, arguments: argument)
        // Hooks are stored as they came, so each one that contains the person's number, id or address anywhere is
        // emptied.
        for name in names {
            try db.execute(
                sql: "UPDATE hook SET payload = '' WHERE account = ? AND instr(payload, ?)",
                arguments: [person.account, name])
        }
        try db.execute(
            sql:
                "UPDATE message SET body = '', caption = NULL, name = NULL, address = '', payload = '' WHERE conversation = ?",
            arguments: argument)
        person.messages = db.changesCount
        try db.execute(
            sql: """
                UPDATE attempt SET request = NULL, detail = NULL
                WHERE entry IN (SELECT id FROM outbox WHERE conversation = ?)
                """, arguments: argument)
        try db.execute(
            sql: """
                UPDATE decision SET because = '', changes = '{}'
                WHERE message IN (SELECT id FROM message WHERE conversation = ?)
                """, arguments: argument)
        try db.execute(
            sql: """
                UPDATE outbox SET outgoing = ?, is_unknown = 0, detail = NULL,
                  reason = CASE WHEN \(EntryState.isOpen) OR state = 'failed' THEN 'forgotten' ELSE reason END,
                  state = CASE WHEN \(EntryState.isOpen) OR state = 'failed' THEN 'dropped' ELSE state END
                WHERE conversation = ?
                """, arguments: [Outgoing.forgotten.json, contact])
        person.answers = db.changesCount
        try db.execute(
            sql: "UPDATE conversation SET memory = '{}', paused_until = NULL WHERE id = ?", arguments: argument)
        try db.execute(
            sql: """
                UPDATE contact SET provider_id = NULL, number = NULL, name = NULL, address = '\(forgottenAddress)'
                WHERE id = ?
                """, arguments: argument)
        try db.execute(sql: "DELETE FROM former_address WHERE contact = ?", arguments: argument)
    }

    private func checkpoint() async throws(StoreError) {
        do {
            try await database.writeWithoutTransaction { db in
                _ = try db.checkpoint(.truncate)
            }
        } catch {
            // A reader may block the checkpoint for a moment; the daemon's next checkpoint does the same.
        }
    }
}

extension Outgoing {
    /// What is left of an answer to a contact who was erased.
    static let forgotten = Outgoing(body: .message(.text("", replyTo: nil)), textEnd: Timestamp(seconds: 0))
}
