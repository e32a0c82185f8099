import Foundation
import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

@Suite struct HistoryTests {
    @Test func messagesComeByConversationInTheOrderOfDeciding() async throws {
        let t = try TemporaryStore()
        try await t.answer(T.message("U1", from: "972500000001", at: T.start + .seconds(9)), at: T.start + .seconds(10))
        try await t.answer(T.message("U2", from: "972500000002"))
        try await t.answer(T.message("U3", from: "972500000001", at: T.start + .seconds(5)), at: T.start + .seconds(10))
        try await t.answer(T.message("U4", from: "972500000001"), at: T.start + .seconds(20))
        try await t.leave(T.message("not decided", from: "972500000001"))
        let history = try await t.store.history(since: nil)
        #expect(history.messages == [3, 1, 4, 2] && history.start == T.start + .seconds(10) && history.erased == 0)
        let recorded = try await t.store.recorded(history.messages)
        #expect(recorded.map(\.message.unique) == ["U3", "U1", "U4", "U2"])
        #expect(
            recorded[2].decision.decidedAt == T.start + .seconds(20)
                && recorded[2].contactSince == T.start + .seconds(10))
        #expect(
            recorded[0].decision.rule == "r" && recorded[0].decision.outcome == .reply
                && recorded[0].decision.reason == .known(.matched))
    }

    @Test(arguments: [(0, 1, [1, 2, 3, 4]), (1, 2, [1, 2, 3, 4]), (2, 3, [1, 3, 4]), (3, 4, [1, 4]), (4, 5, [])])
    func ofAConversationAlsoWhatWasSaidBefore(hours: Int, first: Int64, messages: [Int64]) async throws {
        let t = try TemporaryStore()
        for (place, contact) in ["1", "2", "3", "1"].enumerated() {
            let now = T.start + .hours(place)
            try await t.answer(T.message("U\(place)", from: "97250000000\(contact)"), at: now)
        }
        let history = try await t.store.history(since: T.start + .hours(hours))
        #expect(history.first == first && history.messages.sorted() == messages)
    }

    @Test func theFirstMessageIsFoundAlsoWhereNumbersAreMissing() async throws {
        let t = try TemporaryStore()
        for number in 0..<40 {
            try await t.answer(T.message("U\(number)"), at: T.start + .seconds(number))
        }
        try await t.store.write { db in try db.run("UPDATE outbox SET state = 'sent'") }
        try await t.store.write { db in
            for table in ["outbox WHERE message", "decision WHERE message", "message WHERE id"] {
                try db.run("DELETE FROM \(table) % 3 <> 0 OR \(table.split(separator: " ")[2]) < 10")
            }
        }
        for second in -1...41 {
            let since = T.start + .seconds(second)
            let first = try await t.store.history(since: since).first
            let found = try await t.integer("SELECT min(id) FROM message WHERE id >= \(first)")
            let expected = try await t.integer("SELECT min(id) FROM message WHERE received_at >= \(since.milliseconds)")
            #expect(found == expected, "since second \(second)")
        }
    }

    @Test func answersFromElsewhereAreTakeoversAndReportsOnOurOwnAreNone() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        // This update overtakes the answer to its own send.
        _ = try await t.update("A1", ack: 1, at: T.start + .seconds(1))
        _ = try await t.end(attempt, .accepted(unique: "A1", minutesLeft: nil), at: T.start + .seconds(2))
        #expect(try await t.update("P1", at: T.start + .minutes(2)).kind == .takenOver)
        _ = try await t.update("P1", ack: 3, at: T.start + .minutes(9))
        #expect(try await t.update("P2", at: T.start + .minutes(1)).kind == .takenOver)
        #expect(
            try await t.store.history(since: nil).takeovers == [
                .init(conversation: 1, at: T.start + .minutes(1)), .init(conversation: 1, at: T.start + .minutes(2)),
            ])
    }

    @Test func peopleWhoWereErasedAreLeftOut() async throws {
        let t = try TemporaryStore()
        try await t.answer(T.message("U1", from: "972500000001"))
        try await t.answer(T.message("U2", from: "972500000002"))
        _ = try await t.store.forget(t.store.people(named: "050-0000001"))
        let history = try await t.store.history(since: nil)
        #expect(history.messages == [2] && history.erased == 1)
        #expect(try await t.store.recorded([1, 2]).map(\.id) == [2])
    }

    /// Her answer is in flight: nothing of it comes back, whatever its outcome.
    @Test(arguments: [
        AttemptOutcome.transient(Refusal(text: "Dana"), retryAfter: nil), .unknown(Refusal(text: "Dana")),
        .accepted(unique: "A1", minutesLeft: nil), .accountFault(Refusal(text: "Dana")),
    ])
    func whoWasErasedStaysErased(outcome: AttemptOutcome) async throws {
        let t = try TemporaryStore()
        let hook = #"{"hook":"poll","from":972501234567}"#
        _ = try await t.store.keep(hook: "poll", payload: hook, account: T.account, at: T.start)
        let attempt = try #require(try await t.begin(try await t.entries()[0]).attempt)
        _ = try await t.store.forget(t.store.people(named: "0501234567"))
        #expect(try await t.end(attempt, outcome) == .over(.dropped))
        #expect(try await t.string("SELECT state || reason FROM outbox") == "droppedforgotten")
        #expect(try await t.string("SELECT coalesce(detail, '') FROM attempt") == "")
        #expect(try await t.integer("SELECT count(*) FROM stopped_account") == 0)
        #expect(try await t.string("SELECT payload FROM hook") == "")
    }

    @Test func whatAMessageQuotesIsKnownByWhatWeSent() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, .accepted(unique: "A1", minutesLeft: nil))
        for (unique, quoted) in [("U2", "A1"), ("U3", "unknown")] {
            var message = T.message(unique)
            message.quoted = quoted
            try await t.answer(message)
        }
        #expect(try await t.store.recorded([1, 2, 3]).map(\.quoted) == [nil, .init(message: 1, rule: "r"), nil])
    }

    @Test func aStoreForReadingReadsBesideTheDaemonAndWritesNothing() async throws {
        let t = try TemporaryStore()
        _ = try await t.entries()
        let path = t.folder.appendingPathComponent("test.sqlite").path
        let reader = try Store(besideDaemonAt: path, isReadOnly: true)
        #expect(try await reader.history(since: nil).messages == [1])
        await #expect(throws: StoreError.readOnly) { try await reader.checkWritable(at: T.start) }
        try await t.answer(T.message("U2"))
        #expect(try await reader.history(since: nil).messages == [1, 2])
    }

    @Test func aStoreForReadingNeedsNoDaemon() async throws {
        let t = try TemporaryStore()
        _ = try await t.entries()
        t.store.close()
        let path = t.folder.appendingPathComponent("test.sqlite").path
        let reader = try Store(besideDaemonAt: path, isReadOnly: true)
        #expect(try await reader.statistics(since: nil).messages == 1)
    }
}
