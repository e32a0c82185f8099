import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

@Suite struct OrderTests {
    /// Whoever asks, and however late the queue learnt of what.
    @Test func anEntryIsNotBegunBeforeTheOnesAheadOfIt() async throws {
        let t = try TemporaryStore()
        let entries = try await t.entries(["one", "two"])
        _ = t.takeChanges()
        #expect(try await t.begin(entries[1]).word == "not yet")
        #expect(t.takeHeads().map(\.entry) == [entries[0].id], "the queue learns whose turn it is")
        let first = try #require(try await t.begin(entries[0]).attempt)
        #expect(try await t.begin(entries[1]).word == "not yet")
        _ = t.takeChanges()
        _ = try await t.end(first, .accepted(unique: "A", minutesLeft: nil))
        #expect(t.takeHeads().map(\.entry) == [entries[1].id])
        #expect(try await t.begin(entries[1]).word == "text two")
    }

    /// Whenever its lane is announced anew: at a start, or because another entry of the lane is over.
    @Test func aDelayedEntryKeepsItsDelay() async throws {
        let t = try TemporaryStore()
        var decision = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
        var outgoing = Outgoing(body: .message(.text("later", replyTo: nil)), textEnd: T.start + .hours(24))
        outgoing.notBefore = T.start + .seconds(30)
        decision.sends = [outgoing, outgoing]
        let accepted = try await t.store.accept(T.message(), payload: "", at: T.start) { [decision] _, _ in
            (decision, T.start)
        }
        let entries = try #require(accepted.decided?.entries)
        _ = t.takeChanges()
        try await t.store.recover(at: T.start + .seconds(5), takeoverPause: .zero)
        let head = try #require(t.takeHeads().first)
        #expect(head.entry == entries[0].id && head.due == T.start + .seconds(30) && head.delay == .seconds(30))
        #expect(try await t.store.drop(entries[1].id))
        #expect(t.takeHeads().map(\.delay) == [.seconds(30)])
    }

    @Test func anEntryThatComesBackGoesAheadOfThoseThatHaveNotBegun() async throws {
        let t = try TemporaryStore()
        let entries = try await t.entries(["one", "two"])
        let first = try #require(try await t.begin(entries[0]).attempt)
        _ = try await t.end(first, .accepted(unique: "A", minutesLeft: nil))
        _ = try await t.fail("A", reason: 6)
        #expect(try await t.begin(entries[1]).word == "not yet")
        #expect(try await t.begin(entries[0]).word == "text one")
    }

    /// A person must look at a held entry, and nobody else waits for that.
    @Test func aHeldEntryHoldsUpNobody() async throws {
        let t = try TemporaryStore()
        let entries = try await t.entries(["one", "two"])
        let first = try #require(try await t.begin(entries[0]).attempt)
        _ = try await t.end(first, .unknown(Refusal(text: "?")))
        #expect(try await t.begin(entries[1]).word == "text two")
    }

    @Test func lanesDoNotWaitForEachOther() async throws {
        let t = try TemporaryStore()
        var decision = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
        var later = Outgoing(body: .message(.text("later", replyTo: nil)), textEnd: T.start + .hours(24))
        later.waitsForOpening = true
        let now = Outgoing(body: .message(.text("now", replyTo: nil)), textEnd: T.start + .hours(24))
        decision.sends = [later, now]
        let accepted = try await t.store.accept(T.message(), payload: "", at: T.start) { [decision] _, _ in
            (decision, T.start)
        }
        let entries = try #require(accepted.decided?.entries)
        #expect(try await t.begin(entries[1]).word == "text now")
    }

    /// The changes of many steps are announced in the order in which they were committed.
    @Test func changesAreAnnouncedInTheOrderOfCommits() async throws {
        let t = try TemporaryStore()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask { _ = try? await t.answer(T.message("U\(number)", from: "97250000\(number % 3)")) }
            }
        }
        let ids = t.takeHeads().map(\.entry)
        #expect(ids.count == 200 && ids == ids.sorted())
    }

    @Test func whatIsRolledBackIsNotAnnounced() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        _ = t.takeChanges()
        await #expect(throws: StoreError.self) {
            try await t.store.write { db in
                try t.store.noteLane(ofEntry: entry.id, db)
                throw StoreError.failed("on purpose")
            }
        }
        #expect(t.takeChanges().isEmpty)
    }
}

@Suite struct EndTests {
    /// An account was stopped for ten days: nothing of then goes out.
    @Test func nothingGoesOutDaysLater() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        let later = T.start + .days(10)
        #expect(try await t.begin(entry, at: later).word == "failed expired")
    }

    @Test func sixTextsThatCameTooLateAreOneTemplate() async throws {
        let t = try TemporaryStore()
        var words: [String] = []
        for number in 0..<6 {
            let entry = try #require(
                try await t.answer(T.message("U\(number)", at: T.start + .seconds(number))).first)
            let start = try await t.begin(entry, at: T.start + .hours(25))
            words.append(start.word)
            if let attempt = start.attempt {
                _ = try await t.end(attempt, .accepted(unique: "A\(number)", minutesLeft: nil))
            }
        }
        #expect(words == ["template reopen instead"] + Array(repeating: "dropped replaced", count: 5))
        // The contact writes again, and the window shuts again.
        let wrote = T.start + .hours(30)
        let entry = try #require(try await t.answer(T.message("V", at: wrote), at: wrote).first)
        #expect(try await t.begin(entry, at: wrote + .hours(24)).word == "template reopen instead")
    }
}

@Suite struct SuspicionTests {
    private let fault = AttemptOutcome(reason: 2)

    private func attempt(
        _ t: TemporaryStore, _ entry: EntryReference, _ outcome: AttemptOutcome
    ) async throws -> Settlement {
        let attempt = try #require(try await t.begin(entry).attempt)
        return try await t.end(attempt, outcome)
    }

    @Test func whatIsRefusedWhileOthersPassFails() async throws {
        let t = try TemporaryStore()
        let poison = try #require(try await t.answer(T.message("U1", from: "972500000001")).first)
        let other = try #require(try await t.answer(T.message("U2", from: "972500000002")).first)
        _ = t.takeChanges()
        #expect(try await attempt(t, poison, fault) == .accountStopped)
        #expect(t.takeHeads().last == LaneHead(entry: poison.id, due: T.start, isRetry: true, isSuspected: true))
        #expect(try await attempt(t, other, .accepted(unique: "A", minutesLeft: nil)) == .over(.sent))
        try await t.store.resume(T.account)
        #expect(try await attempt(t, poison, fault) == .over(.failed))
        #expect(try await t.store.stoppedAccounts().isEmpty)
        #expect(try await t.string("SELECT detail FROM outbox WHERE state = 'failed'") == fault.refusal?.text)
    }

    @Test func withoutAnotherThatPassesTheAccountStaysStopped() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        for _ in 0..<3 { #expect(try await attempt(t, entry, fault) == .accountStopped) }
        #expect(try await attempt(t, entry, AttemptOutcome(reason: 6)) == .retry(at: T.start + .seconds(1)))
        #expect(try await t.integer("SELECT suspicion FROM outbox") == 0)
    }
}
