import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

@Suite struct WithdrawalTests {
    /// Stores a message whose decision changes the conversation and sends these texts.
    private func decide(
        _ t: TemporaryStore, _ message: Message, _ texts: [String] = [], at now: Timestamp = T.start,
        _ change: (inout Changes) -> Void
    ) async throws -> [EntryReference] {
        var decision = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
        change(&decision.changes)
        decision.sends = texts.map {
            Outgoing(body: .message(.text($0, replyTo: nil)), textEnd: now + .hours(24))
        }
        let accepted = try await t.store.accept(message, payload: "", at: now) { [decision] _, _ in (decision, now) }
        return accepted.decided?.entries ?? []
    }

    /// The confirmation must not wait behind what was withdrawn.
    @Test func optingOutDropsWhatWaitsAtOnce() async throws {
        let t = try TemporaryStore()
        let pong = try await t.entries(["pong"])
        _ = t.takeChanges()
        let bye = try await decide(t, T.message("U2"), ["bye"]) { $0.optedOut = true }
        let changes = t.takeChanges()
        #expect(changes.count == 3, "the dropped entry, its lane, the new entry")
        #expect(try await t.string("SELECT state || reason FROM outbox WHERE id = \(pong[0].id)") == "droppedopted-out")
        #expect(try await t.begin(bye[0]).word == "text bye")
    }

    /// However old the entry: a look-back of some days would let an older one pass.
    @Test(arguments: [Duration.zero, .hours(49), .days(30)])
    func whatComesBackFromAnAttemptIsDropped(after: Duration) async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, .accepted(unique: "A", minutesLeft: nil))
        let now = T.start + after
        _ = try await decide(t, T.message("U2", at: now), at: now) { $0.optedOut = true }
        _ = try await decide(t, T.message("U3", at: now), at: now) { $0.optedOut = false }
        _ = try await t.fail("A", reason: 7, at: now)
        #expect(try await t.string("SELECT state FROM outbox") == "dropped")
        #expect(try await t.begin(entry, at: now).word.hasPrefix("dropped"))
    }

    /// The contact has opted out under the number and in again under the id, before the two turn out to be one person.
    @Test func theLastWordDecidesWhatOnePersonKeeps() async throws {
        let t = try TemporaryStore()
        _ = try await decide(t, T.message("U1", at: T.start)) { $0.optedOut = true }
        var joining = T.message("U2", at: T.start + .seconds(50))
        joining.contact = Contact(id: "IL.1", address: "IL.1")
        let welcome = try await decide(t, joining, ["welcome"], at: T.start + .seconds(50)) { $0.optedOut = false }
        let both = T.message("U3", id: "IL.1", at: T.start + .seconds(60))
        _ = try await decide(t, both, at: T.start + .seconds(60)) { _ in }
        #expect(try await t.begin(welcome[0], at: T.start + .seconds(60)).word == "text welcome")
    }

    /// Rules that hand a conversation over still say so.
    @Test func aHandOffDropsWhatWaitsButNotItsOwnReply() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        let attempt = try #require(try await t.begin(entry).attempt)
        let soon = try await decide(t, T.message("U2"), ["soon"]) {
            ($0.pausedUntil, $0.pausedBy) = (T.start + .hours(2), "human")
        }
        #expect(try await t.end(attempt, AttemptOutcome(reason: 6)) == .over(.dropped))
        #expect(try await t.begin(entry).word == "dropped paused")
        #expect(try await t.begin(soon[0]).word == "text soon")
    }

    @Test func aPersonWhoAnswersFromElsewhereStopsWhatWaits() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        #expect(try await t.update("X1").kind == .takenOver)
        #expect(t.takeSettled() == ["\(entry.id) dropped paused"])
        #expect(try await t.store.pause(entry.conversation, until: nil))
        #expect(try await t.begin(entry).word == "dropped paused", "nor is it sent once the bot may answer again")
        guard case .released = try await t.store.release(entry.id, at: T.start) else {
            Issue.record("a person may send it after all")
            return
        }
        #expect(try await t.begin(entry).word == "text hello")
    }

    @Test func postsToTheBusinessStay() async throws {
        let t = try TemporaryStore()
        var decision = T.silence
        decision.sends = [Outgoing(body: .post(link: "http://localhost/", json: "{}"), textEnd: T.start)]
        let accepted = try await t.store.accept(T.message(), payload: "", at: T.start) { [decision] _, _ in
            (decision, T.start)
        }
        let post = try #require(accepted.decided?.entries.first)
        #expect(try await t.store.optOut(1, true, at: T.start))
        #expect(try await t.begin(post).word == "post http://localhost/")
    }
}

@Suite struct MergingTests {
    private func hidden(_ unique: String, at now: Timestamp = T.start) -> Message {
        var message = T.message(unique, at: now)
        message.contact = Contact(id: "IL.1", address: "IL.1")
        return message
    }

    /// The contact writes under the id, then under the number, then under both.
    @Test func messagesAnswersAndAddressesBecomeThoseOfOneContact() async throws {
        let t = try TemporaryStore()
        try await t.answer(hidden("U1"), ["one"])
        let two = try await t.answer(T.message("U2"), ["two"])
        _ = t.takeChanges()
        let three = try await t.answer(T.message("U3", id: "IL.1"), ["three"])
        #expect(try await t.integer("SELECT count(DISTINCT conversation) FROM message") == 1)
        #expect(try await t.integer("SELECT count(DISTINCT conversation) FROM outbox") == 1)
        for name in ["IL.1", "972501234567"] {
            #expect(try await t.store.people(named: name).map(\.conversation) == [1], "\(name)")
        }
        #expect(try await t.begin(two[0]).word == "not yet", "it is behind the first one now")
        #expect(t.takeHeads().map(\.entry).contains(1))
        for entry in [1, two[0].id, three[0].id] {
            let start = try await t.store.beginAttempt(entry, onUnknown: .hold, at: T.start)
            let attempt = try #require(start.attempt)
            #expect(attempt.address == "972501234567")
            _ = try await t.end(attempt, .accepted(unique: "A\(entry)", minutesLeft: nil))
        }
    }

    @Test func whoOptsOutUnderOneAddressGetsNothingUnderTheOther() async throws {
        let t = try TemporaryStore()
        try await t.accept(hidden("U1"))
        let pong = try await t.answer(T.message("U2"), ["pong"])
        #expect(try await t.store.optOut(1, true, at: T.start))
        #expect(try await t.begin(pong[0], at: T.start).attempt != nil, "nobody knows yet that they are one person")
        try await t.accept(T.message("U3", id: "IL.1"))
        #expect(try await t.store.conversation(1)?.conversation.memory.isOptedOut == true)
        let attempt = try #require(try await t.integer("SELECT max(id) FROM attempt"))
        let settlement = try await t.store.endAttempt(
            Int64(attempt), AttemptOutcome(reason: 6), policy: TakeoverPolicy(pause: .zero, onUnknown: .hold),
            delay: .seconds(1), at: T.start)
        #expect(settlement == .over(.dropped))
    }

    @Test func whatTheOptedOutAddressStillGetsIsItsConfirmation() async throws {
        let t = try TemporaryStore()
        let pong = try await t.answer(hidden("U1"), ["pong"])
        var decision = Decision(rule: "stop", outcome: .reply, reason: .matched, because: "", revision: "1")
        decision.changes.optedOut = true
        decision.sends = [Outgoing(body: .message(.text("bye", replyTo: nil)), textEnd: T.start + .hours(24))]
        let accepted = try await t.store.accept(T.message("U2"), payload: "", at: T.start) { [decision] _, _ in
            (decision, T.start)
        }
        let bye = try #require(accepted.decided?.entries.first)
        try await t.accept(T.message("U3", id: "IL.1"))
        #expect(try await t.begin(pong[0]).word == "dropped opted-out")
        #expect(try await t.begin(bye).word == "text bye")
    }

    @Test func whatWasErasedCannotBeReleased() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, .unknown(Refusal(text: "?")))
        _ = try await t.store.forget(t.store.people(named: "0501234567"))
        #expect(try await t.store.release(entry.id, at: T.start) == .refused(.forgotten))
        let listed = try #require(try await t.store.entries(.id(entry.id)).first)
        #expect(listed.isForgotten && listed.releaseRefusal(at: T.start) == .forgotten)
    }

    @Test func forgettingFindsAPersonByEachAddress() async throws {
        let t = try TemporaryStore()
        try await t.accept(hidden("U1"))
        try await t.accept(T.message("U2"))
        try await t.accept(T.message("U3", id: "IL.1"))
        try await t.accept(T.message("U4", from: "972529999999", id: "IL.1", at: T.start + .seconds(1)))
        for name in ["IL.1", "+972 50-123-4567", "972529999999"] {
            #expect(try await t.store.people(named: name).map(\.messages) == [4], "\(name)")
        }
        _ = try await t.store.forget(t.store.people(named: "+972 50-123-4567"))
        #expect(try await t.integer("SELECT count(*) FROM message WHERE address <> '' OR payload <> ''") == 0)
        #expect(try await t.integer("SELECT count(*) FROM former_address") == 0)
        #expect(try await t.store.people(named: "IL.1").isEmpty)
        // A person who writes again is a new contact.
        try await t.accept(T.message("U5", id: "IL.1"))
        #expect(try await t.store.people(named: "IL.1").map(\.messages) == [1])
    }

    /// It tells of a number that the contact had before: answers go to the one that came with the latest message.
    @Test func aMessageThatComesLateDoesNotBringAFormerNumberBack() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", from: "972500000061", id: "IL.1", at: T.start - .seconds(500)))
        let answer = try await t.answer(
            T.message("U3", from: "972500000062", id: "IL.1", at: T.start - .seconds(100)), ["hi"])
        try await t.accept(T.message("U2", from: "972500000061", id: "IL.1", at: T.start - .seconds(300)))
        #expect(try await t.begin(answer[0]).attempt?.address == "972500000062")
        for name in ["972500000061", "972500000062", "IL.1"] {
            #expect(try await t.store.people(named: name).map(\.messages) == [3], "\(name)")
        }
    }

    /// Otherwise what is in flight for one would be taken for that of another.
    @Test func theNumberOfAContactThatIsNoMoreIsNotUsedAgain() async throws {
        let t = try TemporaryStore()
        try await t.accept(hidden("U1"))
        try await t.accept(T.message("U2"))
        try await t.accept(T.message("U3", id: "IL.1"))
        try await t.accept(T.message("U4", from: "972500000009"))
        #expect(try await t.integer("SELECT conversation FROM message WHERE unique_id = 'U4'") == 3)
        let listed = try await t.store.conversations(ConversationFilter(), limit: 9).conversations
        #expect(Set(listed.map(\.id)) == [1, 3])
    }
}
