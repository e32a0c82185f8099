import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct SchemaTests {
    /// Returns a database of an earlier version, with data that this version has written.
    private func database(upTo migration: String, _ sql: String) throws -> DatabaseQueue {
        let database = try DatabaseQueue()
        try Schema.migrator.migrate(database, upTo: migration)
        try database.write { db in try db.execute(sql: sql) }
        return database
    }

    @Test func whatWasAWordOrASentenceBecomesAWordWithItsSentence() throws {
        // Every word that earlier versions wrote, and a sentence with a provider's reason.
        let words = [
            "transient", "window-shut", "account-fault", "released", "unknown", "window-expired", "too-old",
            "tried-for-24-hours", "replaced", "opted-out", "paused", "by-hand", "forgotten", "unreadable",
        ]
        let sentence = "the provider refused it: it's \"wrong\" (reason 4)"
        let reasons: [String?] = words + [sentence, nil]
        let database = try database(
            upTo: "7",
            """
            INSERT INTO contact (id, account, address, created_at) VALUES (1, '9', '972', 0);
            INSERT INTO conversation (id) VALUES (1);
            INSERT INTO message (id, account, unique_id, conversation, address, type, body, timestamp, received_at, payload)
              VALUES (1, '9', 'U', 1, '972', 'text', 'x', 0, 0, '{}');
            """)
        try database.write { db in
            for (index, reason) in reasons.enumerated() {
                try db.execute(
                    sql: """
                        INSERT INTO outbox (id, account, conversation, message, state, reason, outgoing, created_at, due_at)
                        VALUES (?, '9', 1, 1, 'failed', ?, '{}', 0, 0)
                        """, arguments: [index + 1, reason])
            }
        }
        try Schema.migrator.migrate(database)
        let rows = try database.read { db in
            try Row.fetchAll(db, sql: "SELECT reason, detail FROM outbox ORDER BY id").map { row -> [String?] in
                [row["reason"], row["detail"]]
            }
        }
        let today = words.map { $0 == "tried-for-24-hours" ? "expired" : $0 }
        #expect(rows == today.map { [$0, nil] } + [["refused", sentence], [nil, nil]])
        for row in rows { #expect(row[0].map { EntryReason(rawValue: $0) != nil } ?? true, "\(row)") }
    }

    @Test func whatCommandsHaveDoneIsStillThereAfterAnUpgrade() throws {
        let database = try database(
            upTo: "7",
            "INSERT INTO command_deed (kind, account, conversation, entry) VALUES ('released', '9', 1, 2)")
        try Schema.migrator.migrate(database)
        let kinds = try database.read { db in try String.fetchAll(db, sql: "SELECT kind FROM operator_action") }
        #expect(kinds == ["released"])
    }
}
