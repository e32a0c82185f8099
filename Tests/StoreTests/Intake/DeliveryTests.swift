import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

@Suite struct DeliveryTests {
    private func sent(_ t: TemporaryStore, fallback: String? = "reopen") async throws -> EntryReference {
        let entry = try await t.entries(fallback: fallback)[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, .accepted(unique: "A1", minutesLeft: nil))
        return entry
    }

    /// Steps may be skipped, repeated and out of order, but delivery never goes back.
    @Test(arguments: [
        ([1, 2, 3], 3), ([3, 1, 2], 3), ([2], 2), ([1, 1], 1), ([0], 0), ([-1], 0), ([1, 0], 0), ([2, 0], 2),
        ([3, -1], 3), ([0, 2], 0), ([-1, 3], 0),
    ])
    func deliveryGoesForwardOnly(acks: [Int], expected: Int) async throws {
        let t = try TemporaryStore()
        _ = try await sent(t)
        for ack in acks { #expect(try await t.update("A1", ack: ack).kind == .noted) }
        #expect(try await t.integer("SELECT delivery FROM attempt") == expected)
        #expect(try await t.integer("SELECT paused_until FROM conversation") == nil)
    }

    @Test(arguments: [7, 8])
    func aFailureThatComesLaterFallsBackOnce(reason: Int) async throws {
        let t = try TemporaryStore()
        let entry = try await sent(t)
        _ = t.takeChanges()
        _ = try await t.fail("A1", reason: reason)
        #expect(t.takeHeads() == [LaneHead(entry: entry.id, due: T.start, isRetry: true)])
        #expect(try await t.begin(entry).word == "template reopen instead")
        // The same hook again, while the template is in flight.
        _ = t.takeChanges()
        _ = try await t.fail("A1", reason: reason)
        #expect(t.takeChanges().isEmpty)
        #expect(try await t.integer("SELECT window_end FROM conversation") == Int(T.start.milliseconds))
    }

    @Test func aFailureThatComesLaterCountsLikeItsReasonInTheAnswer() async throws {
        let again = try TemporaryStore()
        let entry = try await sent(again)
        _ = again.takeChanges()
        _ = try await again.fail("A1", reason: 6)
        #expect(again.takeHeads() == [LaneHead(entry: entry.id, due: T.start + .seconds(1), isRetry: true)])
        let refused = try TemporaryStore()
        _ = try await sent(refused)
        _ = try await refused.fail("A1", reason: 4)
        #expect(try await refused.string("SELECT state FROM outbox") == "failed")
        let stopped = try TemporaryStore()
        _ = try await sent(stopped)
        #expect(try await stopped.fail("A1", reason: 3).accountFault?.reason == 3)
        #expect(try await stopped.store.stoppedAccounts().count == 1)
    }

    /// The sender stops the account once it hears of the report: until then nothing that it concerns may be due.
    @Test func whatAStoppedAccountHadSentIsNotDueAtOnce() async throws {
        let t = try TemporaryStore()
        let entry = try await sent(t)
        _ = t.takeChanges()
        _ = try await t.fail("A1", reason: 3)
        #expect(
            t.takeHeads() == [LaneHead(entry: entry.id, due: T.start + .seconds(1), isRetry: true, isSuspected: true)])
    }

    @Test func aReportThatTheContactGotTooManyWaitsAsTheAnswerWould() async throws {
        let t = try TemporaryStore()
        let entry = try await sent(t)
        _ = t.takeChanges()
        let tired = AttemptOutcome.transient(
            Refusal(reason: 131_056, text: "too many", congestion: .contact), retryAfter: nil)
        _ = try await t.store.record(
            DeliveryFailure(unique: "A1", contact: ReportedContact("972501234567"), outcome: tired),
            account: T.account, payload: "{}", delay: { .seconds($0) }, at: T.start)
        #expect(t.takeHeads() == [LaneHead(entry: entry.id, due: T.start + .seconds(4), isRetry: true)])
    }

    @Test func aFailureOfATemplateIsTheEnd() async throws {
        let t = try TemporaryStore()
        let entry = try await sent(t)
        _ = try await t.fail("A1", reason: 7)
        let fallback = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(fallback, .accepted(unique: "B1", minutesLeft: 0))
        _ = try await t.fail("B1", reason: 7)
        #expect(try await t.string("SELECT state FROM outbox") == "failed")
    }

    @Test func anUpdateForAnIdWeNeverSawSettlesAnUnknownAttempt() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, .unknown(Refusal(text: "no answer came")))
        #expect(try await t.update("X9", ack: 2).kind == .noted)
        #expect(try await t.begin(entry).word == "sent ")
        #expect(try await t.string("SELECT unique_id || delivery || outcome FROM attempt") == "X92accepted")
        #expect(try await t.update("X9", ack: 3).kind == .noted)
        #expect(try await t.integer("SELECT delivery FROM attempt") == 3)
        #expect(try await t.integer("SELECT paused_until FROM conversation") == nil)
    }

    @Test func anUpdateThatOvertakesTheAnswerToItsSendWaitsForIt() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.update("A1", ack: 1).kind == .noted)
        #expect(try await t.update("A1", ack: 2).kind == .noted)
        #expect(try await t.end(attempt, .accepted(unique: "A1", minutesLeft: nil)) == .over(.sent))
        #expect(try await t.integer("SELECT delivery FROM attempt") == 2)
        #expect(try await t.integer("SELECT paused_until FROM conversation") == nil)
    }

    @Test func anUpdateThatCameFirstSettlesAnAnswerThatGotLost() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.update("A1", ack: 1).kind == .noted)
        #expect(try await t.end(attempt, .unknown(Refusal(text: "no answer came"))) == .over(.sent))
        #expect(try await t.begin(entry).word == "sent ")
    }

    @Test func aFailureThatOvertakesTheAnswerToItsSendWaitsForIt() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.fail("A1", reason: 7)
        #expect(try await t.end(attempt, .accepted(unique: "A1", minutesLeft: nil)) == .retry(at: T.start))
        #expect(try await t.begin(entry).word == "template reopen instead")
    }

    @Test func anAnswerFromElsewhereQuietsTheConversationOnce() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message())
        #expect(try await t.update("X1").kind == .takenOver)
        let pause = Int((T.start + .minutes(30)).milliseconds)
        #expect(try await t.integer("SELECT paused_until FROM conversation") == pause)
        // The message is read an hour later: no new pause.
        #expect(try await t.update("X1", ack: 3, at: T.start + .hours(1)).kind == .noted)
        #expect(try await t.integer("SELECT paused_until FROM conversation") == pause)
    }

    @Test func alsoWhereTheContactHasNotWrittenYet() async throws {
        let t = try TemporaryStore()
        #expect(try await t.update("X1", contact: "972509999999").kind == .takenOver)
        #expect(
            try await t.integer("SELECT paused_until FROM conversation") == Int((T.start + .minutes(30)).milliseconds))
        #expect(try await t.update("X2", contact: nil).kind == .noted)
    }

    @Test func anUpdateFromElsewhereDuringAnAttemptQuietsAfterIt() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.update("X1").kind == .noted)
        #expect(try await t.end(attempt, .accepted(unique: "A1", minutesLeft: nil)) == .over(.sent))
        #expect(
            try await t.integer("SELECT paused_until FROM conversation") == Int((T.start + .minutes(30)).milliseconds))
    }

    @Test func anUpdateThatOvertookAnAnswerLostInACrashSettlesItAtTheNextStart() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        _ = try await t.begin(entry)
        #expect(try await t.update("A1", ack: 1).kind == .noted)
        try await t.store.recover(at: T.start, takeoverPause: .minutes(30))
        #expect(try await t.begin(entry).word == "sent ")
        #expect(try await t.update("A1", ack: 2).kind == .noted)
        #expect(try await t.integer("SELECT delivery FROM attempt") == 2)
    }

    /// A failure after the arrival changes nothing: the contact must not get the answer twice, or a template on top.
    @Test(arguments: [3, 6, 7])
    func aFailureOfWhatHasArrivedChangesNothing(reason: Int) async throws {
        let t = try TemporaryStore()
        _ = try await sent(t)
        _ = try await t.update("A1", ack: 2)
        _ = try await t.fail("A1", reason: reason)
        #expect(try await t.string("SELECT state FROM outbox") == "sent")
        #expect(try await t.store.stoppedAccounts().isEmpty)
    }

    @Test func failuresAfterAcceptanceAreTriedAgainMoreAndMoreSlowly() async throws {
        let t = try TemporaryStore()
        let entry = try await sent(t)
        for attempt in 1...4 {
            _ = t.takeChanges()
            _ = try await t.fail("A\(attempt)", reason: 6)
            #expect(t.takeHeads().map(\.due) == [T.start + .seconds(attempt)])
            let next = try #require(try await t.begin(entry).attempt)
            _ = try await t.end(next, .accepted(unique: "A\(attempt + 1)", minutesLeft: nil))
        }
    }

    @Test func aReportOnWhatTheContactWroteQuietsNothing() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1"))
        #expect(try await t.update("U1", ack: 3).kind == .noted)
        #expect(try await t.integer("SELECT paused_until FROM conversation") == nil)
    }

    /// Two attempts are in doubt: one report says nothing about either, two are about both.
    @Test(arguments: [true, false])
    func aReportSettlesNothingWhereSeveralAttemptsAreInDoubt(isDuringTheAttempt: Bool) async throws {
        let t = try TemporaryStore()
        let lost = Refusal(text: "lost")
        let held = try #require(try await t.entries().first)
        let first = try #require(try await t.begin(held).attempt)
        _ = try await t.end(first, .unknown(lost), onUnknown: .hold)
        let entry = try #require(try await t.answer(T.message("U2")).first)
        let second = try #require(try await t.begin(entry).attempt)
        if isDuringTheAttempt { _ = try await t.update("X") }
        #expect(try await t.end(second, .unknown(lost), onUnknown: .hold) == .over(.held))
        _ = t.takeChanges()
        if !isDuringTheAttempt { #expect(try await t.update("X").kind == .noted) }
        let states = "SELECT group_concat(state) FROM (SELECT * FROM outbox ORDER BY id)"
        #expect(try await t.string(states) == "held,held")
        #expect(try await t.update("X").kind == .noted, "the same one again")
        #expect(try await t.string(states) == "held,held")
        #expect(try await t.update("Y").kind == .noted)
        #expect(try await t.string(states) == "sent,sent")
        #expect(t.takeSettled() == ["\(held.id) sent delivery-report", "\(entry.id) sent delivery-report"])
    }

    /// It may be about another attempt, or about what a person wrote: the answer would be sent twice.
    @Test(arguments: [1, 2])
    func aFailureOfAnUnknownIDHasNothingInDoubtSentAgain(doubts: Int) async throws {
        let t = try TemporaryStore()
        for number in 0..<doubts {
            let entry = try #require(try await t.answer(T.message("U\(number)")).first)
            let attempt = try #require(try await t.begin(entry).attempt)
            _ = try await t.end(attempt, .unknown(Refusal(text: "lost")), onUnknown: .hold)
        }
        for (number, reason) in [6, 7, 3].enumerated() {
            #expect(try await t.fail("X\(number)", reason: reason).kind == .noted)
        }
        #expect(try await t.integer("SELECT count(*) FROM outbox WHERE state = 'held'") == doubts)
        #expect(try await t.store.stoppedAccounts().isEmpty)
    }
}
