import Foundation
import GRDB
import Responder

/// What was erased of a person.
public struct Forgotten: Sendable, Equatable {
    /// How many contacts it was: one of each account the person wrote to.
    public var contacts = 0
    /// How many messages.
    public var messages = 0
    /// How many answers.
    public var answers = 0
}

extension Store {
    /// What stands in the place of a forgotten person's address.
    static let forgottenAddress = "forgotten"

    /// Erases a person: what she wrote, what was answered, her name, number and id. Rows stay, empty, so that counts
    /// and ids by which duplicates are known are right. What still waits for her is not sent. Should she write again,
    /// she is somebody new; whether she had opted out is erased too.
    ///
    /// - Parameter contact: Her number or her provider's id.
    public func forget(_ contact: String) async throws(StoreError) -> Forgotten {
        let forgotten = try await write { db in
            let ids = try Int64.fetchAll(
                db, sql: "SELECT id FROM contact WHERE number = ?1 OR provider_id = ?1 OR address = ?1",
                arguments: [contact])
            var forgotten = Forgotten(contacts: ids.count)
            for id in ids { try Self.erase(id, &forgotten, db) }
            // Hooks are kept as they came: whatever names her goes.
            let pattern = "%\"" + contact + "\"%"
            try db.execute(sql: "UPDATE hook SET payload = '' WHERE payload LIKE ?", arguments: [pattern])
            return forgotten
        }
        // Otherwise the log of changes would keep what was erased until the next checkpoint.
        try await checkpoint()
        return forgotten
    }

    private static func erase(_ contact: Int64, _ forgotten: inout Forgotten, _ db: Database) throws {
        let argument: StatementArguments = [contact]
        try db.execute(
            sql:
                "UPDATE message SET body = '', caption = NULL, name = NULL, address = '', payload = '' WHERE conversation = ?",
            arguments: argument)
        forgotten.messages += db.changesCount
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
        let empty = Outgoing(body: .text("", replyTo: nil), textEnd: Timestamp(seconds: 0)).json
        try db.execute(
            sql: """
                UPDATE outbox SET outgoing = ?, is_unknown = 0,
                  reason = CASE WHEN \(EntryState.isOpen) THEN 'forgotten' ELSE reason END,
                  state = CASE WHEN \(EntryState.isOpen) THEN 'dropped' ELSE state END
                WHERE conversation = ?
                """, arguments: [empty, contact])
        forgotten.answers += db.changesCount
        try db.execute(
            sql: "UPDATE conversation SET memory = '{}', paused_until = NULL WHERE id = ?", arguments: argument)
        try db.execute(
            sql: """
                UPDATE contact SET provider_id = NULL, number = NULL, name = NULL, address = '\(forgottenAddress)'
                WHERE id = ?
                """, arguments: argument)
    }

    private func checkpoint() async throws(StoreError) {
        do {
            try await database.writeWithoutTransaction { db in
                _ = try db.checkpoint(.truncate)
            }
        } catch {
            // A reader may be in the way for a moment; the daemon's next checkpoint does the same.
        }
    }

    /// Copies the database, whole and consistent, to a new file, beside a daemon that goes on writing.
    public func backup(to path: String) async throws(StoreError) {
        guard !FileManager.default.fileExists(atPath: path) else {
            throw .cannotOpen(path: path, why: "there is such a file already; a backup overwrites nothing")
        }
        do {
            // The copy is one transaction's view, without the WAL and without gaps (sqlite.org/lang_vacuum.html).
            try await database.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
            chmod(path, 0o600)
        } catch {
            throw StoreError(error)
        }
    }
}
