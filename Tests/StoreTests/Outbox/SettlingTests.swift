import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

private let accepted = AttemptOutcome.accepted(unique: "A1", minutesLeft: nil)
private let hiccup = AttemptOutcome(reason: 6)
private let lost = AttemptOutcome.unknown(Refusal(text: "no answer came"))

/// Outcomes that come when the entry does not wait for them any more.
@Suite struct SettlingTests {
    /// Begins an attempt that a crash takes away, and one more.
    private func twoAttempts(_ t: TemporaryStore) async throws -> (EntryReference, Attempt, Attempt) {
        let entry = try #require(try await t.entries().first)
        let first = try #require(try await t.begin(entry).attempt)
        try await t.store.recover(at: T.start, takeoverPause: .minutes(30))
        let second = try #require(try await t.begin(entry, onUnknown: .resend).attempt)
        return (entry, first, second)
    }

    private func outcomes(_ t: TemporaryStore) async throws -> [String] {
        try await t.store.read { db in
            try db.all("SELECT coalesce(outcome, '-') FROM attempt ORDER BY id") { $0.text(0) }
        }
    }

    @Test(arguments: [accepted, hiccup, AttemptOutcome(reason: 4), lost])
    func anAttemptThatWasReplacedCompletesItsRowAlone(outcome: AttemptOutcome) async throws {
        let t = try TemporaryStore()
        let (entry, first, second) = try await twoAttempts(t)
        #expect(try await t.end(first, outcome) == .over(.sending))
        #expect(try await outcomes(t) == [outcome.kind.rawValue, "-"])
        #expect(try await t.begin(entry).word == "not yet")
        #expect(try await t.end(second, .accepted(unique: "A2", minutesLeft: nil)) == .over(.sent))
    }

    @Test(arguments: [hiccup, AttemptOutcome(reason: 4), AttemptOutcome(reason: 3), AttemptOutcome(reason: 7), lost])
    func whatTheContactHasIsNotSentAgainWhateverBecomesOfTheNextAttempt(outcome: AttemptOutcome) async throws {
        let t = try TemporaryStore()
        let (entry, first, second) = try await twoAttempts(t)
        _ = try await t.end(first, accepted)
        #expect(try await t.end(second, outcome, onUnknown: .resend) == .over(.sent))
        #expect(try await t.begin(entry, at: T.start + .hours(1)).word == "sent ")
        #expect(try await t.store.stoppedAccounts() == [])
    }

    @Test func theFirstOutcomeOfAnAttemptCounts() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, accepted)
        #expect(try await t.end(attempt, hiccup) == .over(.sent))
        #expect(try await outcomes(t) == ["accepted"])
        #expect(try await t.begin(entry).word == "sent ")
    }

    /// A process that was taken for dead has the answer after all.
    @Test func whatIsHeldIsSettledByTheLateAnswer() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        let attempt = try #require(try await t.begin(entry).attempt)
        try await t.store.recover(at: T.start, takeoverPause: .minutes(30))
        #expect(try await t.begin(entry).word == "held unknown")
        #expect(try await t.end(attempt, lost, onUnknown: .resend) == .over(.held))
        #expect(try await t.end(attempt, accepted) == .over(.sent))
        #expect(try await outcomes(t) == ["accepted"])
    }

    @Test func whatAPersonHasDroppedStaysDropped() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        let attempt = try #require(try await t.begin(entry).attempt)
        try await t.store.recover(at: T.start, takeoverPause: .minutes(30))
        #expect(try await t.store.drop(entry.id))
        #expect(try await t.end(attempt, hiccup) == .over(.dropped))
        #expect(try await t.begin(entry).word == "dropped by-hand")
    }
}
