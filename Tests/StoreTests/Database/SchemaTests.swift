import Testing

@testable import Store

@Suite struct SchemaTests {
    /// A digest of each migration. Databases out there have run them, in this order: what changes goes into a new
    /// migration at the end, whose digest is added here.
    private static let released = [
        "abe1ba4b8ebca957", "71055543cc6c0275", "6d4c06dc80d0558b", "26660eb74b5552d2", "34f6e7ed05e50004",
        "d775ed5e5acd9da9", "d62a42352650dfdb", "69f035cd5aca6d9c", "9cb377df64b84cac",
        "d057021ea5340c18",
    ]

    @Test func migrationsAreAddedAndNeverChanged() {
        let digests = Schema.migrations.map { Self.digest(of: $0.sql) }
        #expect(digests == Self.released, "a database that has run them would not get what changed")
        #expect(Schema.migrations.map(\.number) == Array(1...Self.released.count))
    }

    /// FNV-1a of the text without its comments and spaces.
    private static func digest(of sql: String) -> String {
        let text = sql.split(separator: "\n")
            .map { $0.split(separator: "--", maxSplits: 1, omittingEmptySubsequences: false)[0] }.joined().filter {
                !$0.isWhitespace
            }
        let digest = text.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return String(digest, radix: 16)
    }

    /// What a conversation holds must go somewhere if two turn out to be one person's, and must be gone or have a reason to
    /// stay if she is forgotten. A new column is decided in `Merging.swift` and `Forgetting.swift`, then added here.
    @Test func everyColumnOfAConversationIsMergedAndForgotten() async throws {
        let columns = try await TemporaryStore().store.read { db in
            try db.all("SELECT name FROM pragma_table_info('conversation') ORDER BY name") { $0.text(0) }
        }
        #expect(
            columns == [
                "fallback_at", "id", "last_message_at", "memory", "paused_until", "window_corrected_at", "window_end",
                "withdrawals",
            ])
    }
}
