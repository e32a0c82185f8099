import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

/// Reports that name the attempt they are about.
@Suite struct MarkTests {
    private func begun() async throws -> (T, Attempt, AttemptMark) {
        let t = try T()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        return (t, attempt, AttemptMark(entry: entry.id, attempt: attempt.id, startedAt: attempt.startedAt))
    }

    private func report(_ t: T, _ mark: AttemptMark, ack: Int, unique: String = "W1") async throws -> IntakeResult.Kind
    {
        try await t.store.record(
            DeliveryUpdate(unique: unique, contact: nil, ack: ack, origin: .attempt(mark)), account: T.account,
            policy: TakeoverPolicy(pause: .minutes(30), onUnknown: .hold), at: T.start
        ).kind
    }

    private func fail(_ t: T, _ mark: AttemptMark, reason: Int) async throws -> IntakeResult {
        try await t.store.record(
            DeliveryFailure(
                unique: "W1", contact: nil, outcome: AttemptOutcome(reason: reason), origin: .attempt(mark)),
            account: T.account, payload: "{}", delay: { _ in .seconds(5) }, at: T.start)
    }

    private func rows(_ t: T) async throws -> [String] {
        try await t.store.read { db in
            try db.all(
                """
                SELECT o.state, a.outcome, a.unique_id, a.delivery FROM attempt a JOIN outbox o ON o.id = a.entry
                ORDER BY a.id
                """
            ) { "\($0.text(0)) \($0.textOrNil(1) ?? "-") \($0.textOrNil(2) ?? "-") \($0.intOrNil(3) ?? -1)" }
        }
    }

    @Test func aReportSettlesAnAttemptInDoubt() async throws {
        let (t, attempt, mark) = try await begun()
        #expect(try await t.end(attempt, .unknown(Refusal(text: "no answer"))) == .over(.held))
        #expect(try await report(t, mark, ack: 2) == .noted)
        #expect(try await rows(t) == ["sent accepted W1 2"])
    }

    @Test func aReportThatOvertakesALostAnswerSettlesIt() async throws {
        let (t, attempt, mark) = try await begun()
        #expect(try await report(t, mark, ack: 1) == .noted)
        #expect(try await rows(t) == ["sending - W1 1"])
        #expect(try await t.end(attempt, .unknown(Refusal(text: "no answer"))) == .over(.sent))
        #expect(try await report(t, mark, ack: 3) == .noted)
        #expect(try await rows(t) == ["sent accepted W1 3"])
    }

    /// replyd ends between the report and the answer, which nobody reads any more.
    @Test func aReportThatOvertakesAnAnswerWhichACrashTakesAwaySettlesIt() async throws {
        let (t, attempt, mark) = try await begun()
        #expect(try await report(t, mark, ack: 2) == .noted)
        try await t.store.recover(at: T.start, takeoverPause: .minutes(30))
        #expect(try await rows(t) == ["sent accepted W1 2"])
        #expect(try await t.end(attempt, .unknown(Refusal(text: "no answer"))) == .over(.sent))
    }

    @Test func aFailureThatOvertakesAnAnswerWhichACrashTakesAwayCounts() async throws {
        let (t, _, mark) = try await begun()
        #expect(try await fail(t, mark, reason: 7).kind == .noted)
        try await t.store.recover(at: T.start, takeoverPause: .minutes(30))
        let found = try await rows(t)
        #expect(found == ["waiting window-shut W1 0"])
    }

    @Test func aReportThatOvertakesItsAnswerChangesNothingElse() async throws {
        let (t, attempt, mark) = try await begun()
        _ = try await report(t, mark, ack: 2)
        #expect(try await t.end(attempt, .accepted(unique: "W1", minutesLeft: nil)) == .over(.sent))
        #expect(try await rows(t) == ["sent accepted W1 2"])
    }

    @Test(arguments: [false, true]) func aFailureCountsAsTheSameAnswerWouldHave(isAhead: Bool) async throws {
        let (t, attempt, mark) = try await begun()
        if !isAhead { _ = try await t.end(attempt, .accepted(unique: "W1", minutesLeft: nil)) }
        #expect(try await fail(t, mark, reason: 7).kind == .noted)
        if isAhead {
            #expect(try await t.end(attempt, .accepted(unique: "W1", minutesLeft: nil)) == .retry(at: T.start))
        }
        #expect(try await rows(t) == ["waiting window-shut W1 0"])
    }

    @Test(arguments: [false, true]) func aFailureOfAnAttemptInDoubtSettlesItToo(isAhead: Bool) async throws {
        let (t, attempt, mark) = try await begun()
        if isAhead { _ = try await fail(t, mark, reason: 4) }
        _ = try await t.end(attempt, .unknown(Refusal(text: "no answer")))
        if !isAhead { _ = try await fail(t, mark, reason: 4) }
        #expect(try await rows(t) == ["failed permanent W1 0"])
    }

    @Test func aFaultOfTheAccountStopsIt() async throws {
        let (t, attempt, mark) = try await begun()
        _ = try await t.end(attempt, .unknown(Refusal(text: "no answer")))
        #expect(try await fail(t, mark, reason: 3).accountFault?.reason == 3)
        #expect(try await t.store.stoppedAccounts().map(\.number) == [T.account])
    }

    /// Another database's attempts have the same numbers.
    @Test func theMarkOfAnotherDatabaseIsNobodys() async throws {
        let (t, attempt, mark) = try await begun()
        _ = try await t.end(attempt, .unknown(Refusal(text: "no answer")))
        var other = mark
        other.startedAt = mark.startedAt + .milliseconds(1)
        #expect(try await report(t, other, ack: 2) == .noted)
        #expect(try await fail(t, other, reason: 7).kind == .noted)
        other = mark
        other.entry += 1
        #expect(try await report(t, other, ack: 2) == .noted)
        #expect(try await rows(t) == ["held unknown - -1"])
        #expect(
            try await t.store.record(
                DeliveryUpdate(unique: "W1", contact: nil, ack: 2, origin: .attempt(mark)), account: "999999",
                policy: TakeoverPolicy(pause: .zero, onUnknown: .hold), at: T.start
            ).kind == .noted)
        #expect(try await rows(t) == ["held unknown - -1"], "nor that of another account")
    }

    @Test func whatSomebodyElseSendsIsATakeoverAtOnce() async throws {
        let (t, attempt, _) = try await begun()
        func update(_ unique: String, ack: Int) async throws -> IntakeResult.Kind {
            try await t.store.record(
                DeliveryUpdate(
                    unique: unique, contact: ReportedContact(attempt.address), ack: ack, origin: .elsewhere),
                account: T.account, policy: TakeoverPolicy(pause: .minutes(30), onUnknown: .hold), at: T.start
            ).kind
        }
        // That it is read today does not show that a person answers today.
        #expect(try await update("E1", ack: 3) == .noted)
        #expect(try await update("E2", ack: 1) == .takenOver, "although an attempt is in flight")
        #expect(try await update("E2", ack: 2) == .noted)
        #expect(try await t.end(attempt, .unknown(Refusal(text: "no answer"))) == .over(.held))
        #expect(try await update("E3", ack: 1) == .takenOver, "although an attempt is in doubt")
        #expect(try await rows(t) == ["held unknown - -1"])
    }
}
