import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

private let hiccup = AttemptOutcome(reason: 6)
private let shut = AttemptOutcome(reason: 7)
private let lost = AttemptOutcome.unknown(Refusal(text: "no answer came"))

@Suite struct OutboxTests {
    @Test func anAcceptedSendIsOver() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let start = try await t.begin(entry)
        #expect(start.word == "text hello")
        let attempt = try #require(start.attempt)
        #expect(attempt.number == 1 && attempt.address == "972501234567")
        #expect(try await t.end(attempt, .accepted(unique: "A1", minutesLeft: nil)) == .over(.sent))
        #expect(try await t.begin(entry).word == "sent ")
    }

    @Test func anEntryUnderWayIsNotBegunTwice() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        _ = try await t.begin(entry)
        #expect(try await t.begin(entry).word == "not yet")
        #expect(try await t.integer("SELECT count(*) FROM attempt") == 1)
    }

    @Test func aHiccupIsTriedAgainAfterTheDelay() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.end(attempt, hiccup, delay: .seconds(7)) == .retry(at: T.start + .seconds(7)))
        let second = try #require(try await t.begin(entry, at: T.start + .seconds(7)).attempt)
        #expect(second.number == 2)
    }

    /// The next attempt would come after the window has shut, so it comes when the window shuts, with the template.
    @Test func aRetryNeverSleepsPastTheWindow() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let end = T.start + .hours(24) - .seconds(60)
        let attempt = try #require(try await t.begin(entry, at: end - .minutes(5)).attempt)
        #expect(try await t.end(attempt, hiccup, delay: .minutes(15), at: end - .minutes(5)) == .retry(at: end))
        #expect(try await t.begin(entry, at: end).word == "template reopen instead")
    }

    @Test func hiccupsWithoutEndAreGivenUp() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries(fallback: nil)[0]
        var now = T.start
        var attempts = 0
        while let attempt = try await t.begin(entry, at: now).attempt {
            attempts += 1
            guard case .retry(let due) = try await t.end(attempt, hiccup, delay: .minutes(15), at: now) else { break }
            now = due
        }
        #expect(attempts == 96)
        #expect(try await t.begin(entry, at: now).word == "failed window-expired")
        #expect(now == T.start + .hours(24) - .seconds(60))
    }

    @Test func aFallbackThatHasHiccupsIsTriedFor24HoursMore() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        var now = T.start + .hours(24)
        var texts = 0
        var templates = 0
        while let attempt = try await t.begin(entry, at: now).attempt {
            if attempt.content.kind == .template { templates += 1 } else { texts += 1 }
            guard case .retry(let due) = try await t.end(attempt, hiccup, delay: .minutes(15), at: now) else { break }
            now = due
        }
        #expect(texts == 0)
        #expect(templates == 96)
        #expect(try await t.begin(entry, at: now).word == "failed expired")
    }

    @Test(arguments: [7, 8])
    func aShutWindowMeansTheTemplateOnce(reason: Int) async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.end(attempt, AttemptOutcome(reason: reason)) == .retry(at: T.start))
        #expect(try await t.integer("SELECT window_end FROM conversation") == Int(T.start.milliseconds))
        let fallback = try await t.begin(entry)
        #expect(fallback.word == "template reopen instead")
        let listed = try #require(try await t.store.entries(.id(entry.id)).first)
        #expect(listed.isReplaced && listed.content.kind == .template && listed.outgoing.body.kind == .text)
        // A template that is refused never becomes another template.
        #expect(try await t.end(try #require(fallback.attempt), AttemptOutcome(reason: reason)) == .over(.failed))
        #expect(try await t.begin(entry).word.hasPrefix("failed"))
    }

    @Test func aMessageGetsOneFallbackHoweverManyTextsItsAnswerHas() async throws {
        let t = try TemporaryStore()
        let entries = try await t.entries(["one", "two", "three"])
        let first = try #require(try await t.begin(entries[0]).attempt)
        #expect(try await t.end(first, .accepted(unique: "A", minutesLeft: nil)) == .over(.sent))
        let second = try #require(try await t.begin(entries[1]).attempt)
        #expect(try await t.end(second, shut) == .retry(at: T.start))
        let fallback = try await t.begin(entries[1])
        #expect(fallback.word == "template reopen instead")
        #expect(try await t.end(try #require(fallback.attempt), .accepted(unique: "B", minutesLeft: 0)) == .over(.sent))
        #expect(try await t.begin(entries[2]).word == "dropped replaced")
    }

    /// A message of the contact that arrives late tells of another window, which shuts as well.
    @Test func aMessageGetsOneFallbackInLaterWindowsToo() async throws {
        let t = try TemporaryStore()
        let entries = try await t.entries(["one", "two"])
        let shut = T.start + .hours(25)
        let fallback = try await t.begin(entries[0], at: shut)
        #expect(fallback.word == "template reopen instead")
        _ = try await t.end(try #require(fallback.attempt), .accepted(unique: "A", minutesLeft: nil), at: shut)
        _ = try await t.accept(T.message("LATE", at: T.start + .hours(2)), at: shut)
        #expect(try await t.begin(entries[1], at: shut + .hours(2)).word == "dropped replaced")
    }

    @Test func withoutATemplateAShutWindowIsTheEnd() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries(fallback: nil)[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, shut)
        #expect(try await t.begin(entry).word == "failed window-expired")
    }

    @Test(arguments: [4, 5, 99])
    func whatIsRefusedForGoodIsKeptWithItsReason(reason: Int) async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.end(attempt, AttemptOutcome(reason: reason)) == .over(.failed))
        #expect(try await t.integer("SELECT reason FROM attempt") == reason)
        #expect(try await t.string("SELECT reason FROM outbox") == "refused")
        #expect(try await t.string("SELECT detail FROM outbox") == AttemptOutcome(reason: reason).refusal?.text)
    }

    @Test func anAccountFaultKeepsTheEntryAndStopsTheAccount() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.end(attempt, AttemptOutcome(reason: 3)) == .accountStopped)
        let stopped = try await t.store.stoppedAccounts()
        #expect(
            stopped == [
                StoppedAccount(
                    number: T.account, stoppedAt: T.start, reason: "reason 3")
            ])
        try await t.store.resume(T.account)
        #expect(try await t.store.stoppedAccounts().isEmpty)
        #expect(try await t.begin(entry).word == "text hello")
    }

    @Test func theProvidersTimeLeftCorrectsTheWindow() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, .accepted(unique: "A", minutesLeft: 60))
        #expect(try await t.integer("SELECT window_end FROM conversation") == Int((T.start + .hours(1)).milliseconds))
    }

    @Test func anUnknownOutcomeIsHeldOrSentAgainAsConfigured() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        let attempt = try #require(try await t.begin(entry).attempt)
        #expect(try await t.end(attempt, lost) == .over(.held))
        #expect(try await t.begin(entry).word == "held unknown")

        let again = try TemporaryStore()
        let other = try await again.entries()[0]
        let first = try #require(try await again.begin(other, onUnknown: .resend).attempt)
        #expect(
            try await again.end(first, lost, onUnknown: .resend, delay: .seconds(2))
                == .retry(at: T.start + .seconds(2)))
        #expect(try await again.begin(other, onUnknown: .resend).word == "text hello")
    }
}

@Suite struct RecoveryTests {
    @Test func whatWaitsIsFoundAgainInOrder() async throws {
        let t = try TemporaryStore()
        let entries = try await t.entries(["one", "two"])
        _ = t.takeChanges()
        try await t.store.recover(at: T.start, takeoverPause: .zero)
        guard case .lane(let state)? = t.takeChanges().first else {
            Issue.record("the lane is announced")
            return
        }
        #expect(state.head == LaneHead(entry: entries[0].id, due: T.start) && state.count == 2)
    }

    @Test func anAttemptThatHadLeftIsUnknownAfterACrash() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        _ = try await t.begin(entry)
        _ = t.takeChanges()
        try await t.store.recover(at: T.start + .seconds(5), takeoverPause: .zero)
        #expect(t.takeHeads().map(\.entry) == [entry.id])
        #expect(try await t.string("SELECT outcome FROM attempt") == "unknown")
        #expect(try await t.begin(entry).word == "held unknown")
        _ = t.takeChanges()
        try await t.store.recover(at: T.start + .seconds(9), takeoverPause: .zero)
        #expect(t.takeChanges().isEmpty)
        #expect(try await t.begin(entry).word == "held unknown")
    }

    @Test func orIsSentAgainWhereThatIsWanted() async throws {
        let t = try TemporaryStore()
        let entry = try await t.entries()[0]
        _ = try await t.begin(entry)
        try await t.store.recover(at: T.start, takeoverPause: .zero)
        #expect(try await t.begin(entry, onUnknown: .resend).attempt?.number == 2)
    }

    /// A person who has mended the account need not wait for replyd to try it again.
    @Test func whatAStoppedAccountKeepsWaitingCanBeReleased() async throws {
        let t = try TemporaryStore()
        let entries = try await t.entries(["one", "two"], fallback: nil)
        let first = try #require(try await t.begin(entries[0]).attempt)
        #expect(
            try await t.store.release(entries[1].id, at: T.start) == .refused(.notReleasable(.waiting)),
            "an account that is in order needs no person")
        _ = try await t.end(first, AttemptOutcome(reason: 3))
        let listed = try await t.store.entries(.needingAttention(at: T.start))
        #expect(listed.map { $0.releaseRefusal(at: T.start) } == [nil, nil])
        _ = t.takeChanges()
        guard case .released = try await t.store.release(entries[0].id, at: T.start) else {
            Issue.record("it waits for a stopped account")
            return
        }
        let changes = t.takeChanges()
        #expect(changes.contains { if case .released(T.account) = $0 { true } else { false } })
        let head = changes.compactMap { if case .lane(let state) = $0 { state.head } else { nil } }.first
        #expect(head?.entry == entries[0].id && head?.isSuspected == false)
        // A command beside the daemon says the same, once the daemon looks.
        _ = try await t.store.release(entries[1].id, at: T.start, by: Command(user: nil))
        _ = t.takeChanges()
        _ = try await t.store.takeOperatorActions()
        #expect(t.takeChanges().contains { if case .released(T.account) = $0 { true } else { false } })
    }

    @Test func whatTheProviderRefusedForTheWindowCanBeReleasedOnceItIsOpen() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries(fallback: nil).first)
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, AttemptOutcome(reason: 7))
        #expect(try await t.begin(entry).word == "failed window-expired")
        let later = T.start + .minutes(5)
        #expect(try await t.store.release(entry.id, at: later) == .refused(.pointless(.windowExpired)))
        #expect(
            try await t.store.entries(.id(entry.id)).first?.releaseRefusal(at: later) == .pointless(.windowExpired))
        try await t.accept(T.message("U2", at: later), at: later)
        #expect(try await t.store.entries(.id(entry.id)).first?.releaseRefusal(at: later) == nil)
        guard case .released = try await t.store.release(entry.id, at: later) else {
            Issue.record("the window is open")
            return
        }
        #expect(try await t.begin(entry, at: later).word == "text hello")
    }
}
