import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

/// A paid template goes only once the provider has been asked whether the window is really shut.
@Suite struct WindowDoubtTests {
    private func begin(_ t: T, _ entry: EntryReference, at now: Timestamp = T.start, canAsk: Bool = true) async throws
        -> AttemptStart
    {
        try await t.store.beginAttempt(entry.id, onUnknown: .hold, canAsk: canAsk, at: now)
    }

    @Test func afterARefusalTheProviderIsAskedOnce() async throws {
        let t = try T()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await begin(t, entry).attempt)
        _ = try await t.end(attempt, AttemptOutcome(reason: 7))
        #expect(try await begin(t, entry).word == "ask for the window of 972501234567")
        #expect(try await begin(t, entry, canAsk: false).word == "template reopen instead")
    }

    @Test func anOpenWindowLetsTheTextGoAgainButNotForEver() async throws {
        let t = try T()
        let entry = try await t.entries()[0]
        _ = try await t.end(try #require(try await begin(t, entry).attempt), AttemptOutcome(reason: 7))
        try await t.store.correctWindow(
            minutes: 400, for: entry.id, of: entry.conversation, askedAt: T.start + .seconds(1))
        let again = try await begin(t, entry, at: T.start + .seconds(2))
        #expect(again.word == "text hello")
        _ = try await t.end(try #require(again.attempt), AttemptOutcome(reason: 7), at: T.start + .seconds(3))
        #expect(try await begin(t, entry, at: T.start + .seconds(4)).word == "template reopen instead")
    }

    @Test func aShutWindowStaysShut() async throws {
        let t = try T()
        let entry = try await t.entries()[0]
        _ = try await t.end(try #require(try await begin(t, entry).attempt), AttemptOutcome(reason: 7))
        try await t.store.correctWindow(minutes: 0, for: entry.id, of: entry.conversation, askedAt: T.start)
        #expect(try await begin(t, entry, canAsk: false).word == "template reopen instead")
    }

    @Test func byOurClockAloneNobodyIsAsked() async throws {
        let t = try T()
        let entry = try await t.entries()[0]
        let late = T.start + .hours(23) + .minutes(59) + .seconds(30)
        #expect(try await begin(t, entry, at: late).word == "template reopen instead")
    }

    @Test func whereAPersonHasAnsweredFromElsewhereTheProviderIsAsked() async throws {
        let t = try T()
        let entry = try await t.entries()[0]
        _ = try await t.store.record(
            DeliveryUpdate(unique: "X", contact: ReportedContact("972501234567"), ack: 1), account: T.account,
            policy: TakeoverPolicy(pause: .zero, onUnknown: .hold), at: T.start + .hours(5))
        let late = T.start + .hours(23) + .minutes(59) + .seconds(30)
        #expect(try await begin(t, entry, at: late).word == "ask for the window of 972501234567")
        try await t.store.correctWindow(minutes: 300, for: entry.id, of: entry.conversation, askedAt: late)
        #expect(try await begin(t, entry, at: late, canAsk: false).word == "text hello")
    }
}
