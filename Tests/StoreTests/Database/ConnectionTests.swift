import Responder
import Testing

@testable import Store

@Suite struct ConnectionTests {
    @Test func eachKindOfValueComesBackAsItWas() async throws {
        let t = try TemporaryStore()
        let sql = "SELECT ?1, ?2, ?3, ?4, ?5, typeof(?5), ?6, ?7"
        try await t.store.read { db in
            try db.all(sql, Int64.min, 7, true, "שלום\u{301}", "", Timestamp(milliseconds: 5), nil as String?) { row in
                #expect(row.integer(0) == .min)
                #expect(row.int(1) == 7)
                #expect(row.bool(2))
                #expect(Array(row.text(3).utf8) == Array("שלום\u{301}".utf8))
                #expect(row.textOrNil(4) == "" && row.text(5) == "text", "an empty text is no NULL")
                #expect(row.timeOrNil(6) == Timestamp(milliseconds: 5))
                #expect(row.textOrNil(7) == nil && row.integerOrNil(7) == nil && row.isNull(7))
            }
        }
    }

    /// PostgreSQL takes no NUL, and for functions of SQLite a text ends there: two ids would be one.
    @Test func aNULIsStoredAsAReplacementCharacter() async throws {
        let t = try TemporaryStore()
        try await t.accept(TemporaryStore.message("a\0b"))
        #expect(try await t.accept(TemporaryStore.message("a\0c")) == .new)
        #expect(try await t.accept(TemporaryStore.message("a\0b")) == .duplicate)
        #expect(try await t.string("SELECT unique_id FROM message ORDER BY id LIMIT 1") == "a\u{FFFD}b")
    }

    @Test(arguments: [(Int64.min, 0, -9_007_199_254_740_992), (.max, 253_402_300_799_999, 9_007_199_254_740_992)])
    func aNumberThatNobodyCanCalculateWithBecomesTheNearestOne(stored: Int64, time: Int64, count: Int) async throws {
        let read = try await TemporaryStore().store.read { db in
            try db.first("SELECT ?", stored) { ($0.time(0).milliseconds, $0.int(0), $0.integer(0)) }
        }
        #expect(try #require(read) == (time, count, stored))
    }

    @Test func theCallsReturnWhatTheStatementsHaveDone() async throws {
        let t = try TemporaryStore()
        try await t.store.write { db in
            let hook = "INSERT INTO hook (account, kind, received_at, payload) VALUES (?, 'k', 0, '')"
            let numbers = [try db.insert(hook, "a"), try db.insert(hook, "b")]
            #expect(numbers == [1, 2])
            let changed = try ["c", "b"].map { try db.changed("UPDATE hook SET kind = 'l' WHERE account = ?", $0) }
            #expect(changed == [0, 1])
            let exist = try ["c", "b"].map { try db.exists("SELECT 1 FROM hook WHERE account = ?", $0) }
            #expect(exist == [false, true])
            let firsts = try [1, 9].map { try db.first("SELECT account FROM hook WHERE id = ?", $0) { $0.text(0) } }
            #expect(firsts == ["a", nil])
            let all = try db.all("SELECT account FROM hook ORDER BY id") { $0.text(0) }
            #expect(all == ["a", "b"])
        }
    }

    /// The second use must not take the rows of the first away.
    @Test func aStatementCanBeUsedWhileItIsRead() async throws {
        let t = try TemporaryStore()
        for number in 1...3 { try await t.accept(TemporaryStore.message("U\(number)")) }
        let sql = "SELECT unique_id FROM message ORDER BY id"
        let pairs = try await t.store.read { db in
            try db.all(sql) { outer in
                try outer.text(0) + (db.first(sql) { $0.text(0) } ?? "") + db.all(sql) { $0.text(0) }.joined()
            }
        }
        #expect(pairs == ["U1U1U1U2U3", "U2U1U1U2U3", "U3U1U1U2U3"])
    }

    /// More texts than are kept, some of them in use meanwhile.
    @Test func textsWithNumbersInThemPushNobodyOut() async throws {
        let t = try TemporaryStore()
        for number in 1...3 { try await t.accept(TemporaryStore.message("U\(number)")) }
        let sums = try await t.store.read { db in
            try db.all("SELECT id FROM message ORDER BY id") { row in
                try (1...400).reduce(into: 0) { sum, number in
                    sum += try db.first("SELECT ? + \(number)", row.integer(0)) { $0.int(0) } ?? 0
                }
            }
        }
        #expect(sums == [1, 2, 3].map { 400 * $0 + 400 * 401 / 2 })
    }

    @Test func aMistakeInAStatementIsAnErrorOfTheStep() async throws {
        let t = try TemporaryStore()
        await #expect(throws: StoreError.failed("1 (SQL logic error): no such table: missing")) {
            try await t.store.write { db in try db.run("DELETE FROM missing") }
        }
        await #expect(throws: StoreError.failed("19 (constraint failed): NOT NULL constraint failed: hook.payload")) {
            try await t.store.write { db in
                try db.run("INSERT INTO hook (account, kind, received_at) VALUES (?, ?, ?)", "a", "k", 1)
            }
        }
        #expect(try await t.accept(TemporaryStore.message()) == .new, "the next step is none the worse")
    }
}
