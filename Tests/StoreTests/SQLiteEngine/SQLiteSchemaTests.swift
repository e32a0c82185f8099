import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct SQLiteSchemaTests {
    /// Returns a database of an earlier version, with data that this version has written.
    private func database(upTo migration: String, _ sql: String) throws -> DatabaseQueue {
        let database = try DatabaseQueue()
        try SQLiteSchema.migrator.migrate(database, upTo: migration)
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
        try SQLiteSchema.migrator.migrate(database)
        let rows = try database.read { db in
            try Row.fetchAll(db, sql: "SELECT reason, detail FROM outbox ORDER BY id").map { row -> [String?] in
                [row["reason"], row["detail"]]
            }
        }
        let today = words.map { $0 == "tried-for-24-hours" ? "expired" : $0 }
        #expect(rows == today.map { [$0, nil] } + [["refused", sentence], [nil, nil]])
        for row in rows { #expect(row[0].map { EntryReason(rawValue: $0) != nil } ?? true, "\(row)") }
    }

    /// Number and id had come apart: the row of the number had lost it to the row that knows both.
    @Test func aPersonWithTwoRowsBecomesOneWithAllThatIsHersAndNobodyElses() throws {
        let database = try database(
            upTo: "8",
            """
            INSERT INTO contact (id, account, provider_id, number, address, name, created_at) VALUES
              (1, '9', NULL, NULL, '972', 'Dana', 0), (2, '9', 'IL.1', '972', 'IL.1', 'Dana', 0),
              (3, '8', NULL, NULL, '972', 'Other', 0), (4, '9', NULL, '973', '973', 'Rami', 0),
              (5, '9', NULL, NULL, 'forgotten', NULL, 0);
            INSERT INTO conversation (id) VALUES (1), (2), (3), (4), (5);
            INSERT INTO message (id, account, unique_id, conversation, address, type, body, timestamp, received_at, payload)
              VALUES (1, '9', 'A', 1, '972', 'text', 'x', 0, 0, '{}'), (2, '9', 'B', 2, 'IL.1', 'text', 'x', 0, 0, '{}'),
                (3, '8', 'C', 3, '972', 'text', 'x', 0, 0, '{}'), (4, '9', 'D', 4, '973', 'text', 'x', 0, 0, '{}'),
                (5, '9', 'E', 5, '', 'text', '', 0, 0, '{}');
            INSERT INTO outbox (id, message, conversation, account, outgoing, state, created_at, due_at, is_withdrawn)
              VALUES (1, 1, 1, '9', '{}', 'waiting', 1000, 0, 0), (2, 2, 2, '9', '{}', 'accepted', 1000, 0, 0),
                (3, 4, 4, '9', '{}', 'waiting', 1000, 0, 1), (4, 4, 4, '9', '{}', 'waiting', 1000, 0, 0);
            """)
        try SQLiteSchema.migrator.migrate(database)
        func rows(_ sql: String) throws -> [String] {
            try database.read { db in
                try Row.fetchAll(db, sql: sql).map { $0.databaseValues.map(\.description).joined(separator: " ") }
            }
        }
        #expect(try rows("SELECT id, conversation FROM message ORDER BY id") == ["1 2", "2 2", "3 3", "4 4", "5 5"])
        #expect(try rows("SELECT id FROM conversation ORDER BY id") == ["2", "3", "4", "5"])
        #expect(try rows("SELECT address FROM contact WHERE id = 1") == [#""forgotten""#])
        #expect(
            try rows("SELECT id, conversation, state, reason, withdrawals, expires_at FROM outbox ORDER BY id") == [
                #"1 2 "waiting" NULL 0 172801000"#, #"2 2 "accepted" NULL 0 0"#,
                #"3 4 "dropped" "opted-out" 0 172801000"#, #"4 4 "waiting" NULL 1 172801000"#,
            ])
        #expect(try rows("PRAGMA foreign_key_check") == [])
    }

    @Test func whatCommandsHaveDoneIsStillThereAfterAnUpgrade() throws {
        let database = try database(
            upTo: "7",
            "INSERT INTO command_deed (kind, account, conversation, entry) VALUES ('released', '9', 1, 2)")
        try SQLiteSchema.migrator.migrate(database)
        let kinds = try database.read { db in try String.fetchAll(db, sql: "SELECT kind FROM operator_action") }
        #expect(kinds == ["released"])
    }
}
