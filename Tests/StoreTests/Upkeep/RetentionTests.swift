import Responder
import Testing

@testable import Store

@Suite struct RetentionTests {
    private let start = TemporaryStore.start

    /// Returns a store with ten messages a day apart, each answered; the first answer is held, all others are sent.
    private func filled() async throws -> TemporaryStore {
        let temporary = try TemporaryStore()
        for day in 0..<10 {
            let now = start + .days(day)
            let entries = try await temporary.answer(TemporaryStore.message("U\(day)", at: now), at: now)
            let entry = try #require(entries.first)
            let attempt = try #require(try await temporary.begin(entry, at: now).attempt)
            let outcome: AttemptOutcome =
                day == 0 ? .unknown(Refusal(text: "lost")) : .accepted(unique: "S\(day)", minutesLeft: nil)
            _ = try await temporary.end(attempt, outcome, at: now)
        }
        return temporary
    }

    @Test func whatIsOldAndOverGoesAndWhatIsHeldStays() async throws {
        let temporary = try await filled()
        var next: RetentionCursor? = .start
        var batches = 0
        while let from = next {
            next = try await temporary.store.deleteOld(before: start + .days(6), from: from, limit: 2)
            batches += 1
        }
        #expect(batches > 2)
        #expect(try await temporary.integer("SELECT count(*) FROM message") == 5, "the held one and the last four")
        for table in ["decision", "outbox", "attempt"] {
            #expect(try await temporary.integer("SELECT count(*) FROM \(table)") == 5, "\(table)")
        }
        #expect(try await temporary.integer("SELECT count(*) FROM contact") == 1)
        #expect(try await temporary.integer("SELECT count(*) FROM outbox WHERE state = 'held'") == 1)
    }

    @Test func nothingYoungGoes() async throws {
        let temporary = try await filled()
        #expect(try await temporary.store.deleteOld(before: start) == nil)
        #expect(try await temporary.integer("SELECT count(*) FROM message") == 10)
        _ = try await temporary.store.deleteOld(before: start + .days(1))
        #expect(try await temporary.integer("SELECT count(*) FROM message") == 10, "the first is held")
    }

    /// The clock was wrong when some of them came.
    @Test func whatIsStampedInTheFutureKeepsNothingElse() async throws {
        let temporary = try TemporaryStore()
        for (number, day) in [400, 0, 500, 1].enumerated() {
            let now = start + .days(day)
            try await temporary.accept(TemporaryStore.message("U\(number)"), at: now)
            _ = try await temporary.store.keep(hook: "k", payload: "", account: TemporaryStore.account, at: now)
        }
        #expect(try await temporary.store.deleteOld(before: start + .days(100)) == nil)
        while try await temporary.store.deleteOldHooks(before: start + .days(100), limit: 2) {}
        #expect(try await temporary.integer("SELECT count(*) FROM message") == 2)
        #expect(try await temporary.integer("SELECT count(*) FROM hook") == 2)
    }

    @Test func hooksAndReportsGoWithTheirAgeAndFewAtOnce() async throws {
        let temporary = try TemporaryStore()
        for day in 0..<10 {
            let now = start + .days(day)
            _ = try await temporary.store.keep(
                hook: "system", payload: "{}", account: TemporaryStore.account, at: now)
            try await temporary.store.write { db in
                try db.run(
                    "INSERT INTO foreign_update VALUES (?, ?, NULL, 1, NULL, 0, ?, NULL, NULL, NULL)",
                    TemporaryStore.account,
                    "F\(day)", now)
            }
        }
        func left() async throws -> Int {
            try await temporary.integer(
                "SELECT (SELECT count(*) FROM hook) + (SELECT count(*) FROM foreign_update)") ?? -1
        }
        var batches = 1
        while try await temporary.store.deleteOldHooks(before: start + .days(7), limit: 2) {
            batches += 1
            #expect(try await left() >= 20 - 4 * batches)
        }
        #expect(batches == 7)
        #expect(try await left() == 6)
        #expect(try await temporary.integer("SELECT count(*) FROM hook") == 3)
    }

    @Test func aMessageThatWaitsForItsDecisionStays() async throws {
        let temporary = try TemporaryStore()
        try await temporary.leave(TemporaryStore.message())
        #expect(try await temporary.store.deleteOld(before: start + .days(100)) == nil)
        #expect(try await temporary.integer("SELECT count(*) FROM message") == 1)
    }
}
