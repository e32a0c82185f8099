import Responder
import Synchronization
import Testing

@testable import Store

private typealias T = TemporaryStore

@Suite struct ContactTests {
    @Test func aContactKnownByNumberIsRecognisedWhenTheIdTurnsUp() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1"))
        try await t.accept(T.message("U2", id: "IL.1"))
        var hidden = T.message("U3", id: "IL.1")
        hidden.contact = Contact(id: "IL.1", address: "IL.1")
        try await t.accept(hidden)
        try await t.accept(T.message("U4"))
        #expect(try await t.integer("SELECT count(*) FROM contact") == 1)
        #expect(try await t.integer("SELECT count(DISTINCT conversation) FROM message") == 1)
        #expect(try await t.string("SELECT provider_id || number FROM contact") == "IL.1972501234567")
    }

    @Test func aNumberThatChangedHandsLeavesItsFormerOwner() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", id: "IL.1"))
        try await t.accept(T.message("U2", id: "IL.2"))
        #expect(try await t.integer("SELECT count(*) FROM contact") == 2)
        #expect(try await t.string("SELECT provider_id FROM contact WHERE number = '972501234567'") == "IL.2")
        // At the number, another person would get the answers meant for the former owner.
        #expect(try await t.string("SELECT address FROM contact WHERE provider_id = 'IL.1'") == "IL.1")
        try await t.accept(T.message("U3", from: "972509999999", id: "IL.2"))
        try await t.accept(T.message("U4", id: "IL.1"))
        #expect(
            try await t.string("SELECT group_concat(provider_id || number) FROM (SELECT * FROM contact ORDER BY id)")
                == "IL.1972501234567,IL.2972509999999")
    }

    /// The contact is known by number alone and by id alone at first, then by both.
    @Test func whoTurnsOutToBeOnePersonStaysOptedOutAndQuiet() async throws {
        let t = try TemporaryStore()
        var hidden = T.message("U1", id: "IL.1")
        hidden.contact = Contact(id: "IL.1", address: "IL.1")
        try await t.accept(hidden)
        var handOff = T.silence
        handOff.changes.pausedUntil = T.start + .hours(2)
        handOff.changes.pausedBy = "human"
        _ = try await t.store.accept(T.message("U2"), payload: "", at: T.start) { [handOff] _, _ in
            (handOff, T.start)
        }
        #expect(try await t.store.optOut(2, true, at: T.start))
        let decided = Mutex<Conversation?>(nil)
        _ = try await t.store.accept(T.message("U3", id: "IL.1"), payload: "", at: T.start) { _, conversation in
            decided.withLock { $0 = conversation }
            return (T.silence, T.start)
        }
        let seen = decided.withLock { $0 }
        #expect(seen?.memory.isOptedOut == true && seen?.pausedUntil == T.start + .hours(2))
        #expect(seen?.pause(at: T.start) == .rule("human"))
        #expect(try await t.store.conversation(1)?.conversation.memory.isOptedOut == true)
        // A number that changes hands takes nothing along.
        try await t.accept(T.message("U4", id: "IL.2"))
        #expect(try await t.store.conversation(3)?.conversation.memory.isOptedOut == false)
    }

    @Test func answersGoToTheAddressTheContactWroteFromLast() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", id: "IL.1"))
        var hidden = T.message("U2", at: T.start + .seconds(1))
        hidden.contact = Contact(id: "IL.1", address: "IL.1")
        let entry = try #require(try await t.answer(hidden).first)
        #expect(try await t.begin(entry).attempt?.address == "IL.1")
    }

    @Test func aMissingNameDoesNotEraseAKnownOne() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", name: "דנה"))
        try await t.accept(T.message("U2"))
        #expect(try await t.string("SELECT name FROM contact") == "דנה")
    }

    /// The number belongs to somebody else by now, who has opted out.
    @Test(arguments: [true, false])
    func aLateMessageOfANumbersFormerOwnerDoesNotTakeItBack(isKnown: Bool) async throws {
        let t = try TemporaryStore()
        if isKnown { try await t.accept(T.message("U1", id: "IL.1", at: T.start)) }
        try await t.accept(T.message("U2", id: "IL.2", at: T.start + .seconds(200)))
        let late = try #require(try await t.answer(T.message("U3", id: "IL.1", at: T.start + .seconds(100))).first)
        #expect(try await t.begin(late).attempt?.address == "IL.1")
        #expect(try await t.string("SELECT provider_id FROM contact WHERE number = '972501234567'") == "IL.2")
        try await t.accept(T.message("U4", at: T.start + .seconds(300)))
        #expect(
            try await t.string("SELECT provider_id FROM contact WHERE id = (SELECT max(conversation) FROM message)")
                == (isKnown ? "IL.2" : "IL.1"))
        #expect(
            try await t.integer(
                "SELECT count(*) FROM message m JOIN contact c ON c.id = m.conversation WHERE provider_id = 'IL.2'")
                == 2)
    }

    /// The contact has had another number since, but was the same person then.
    @Test func aLateMessageJoinsWhatWasKnownByItsNumberAlone() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", at: T.start))
        #expect(try await t.store.optOut(1, true, at: T.start))
        try await t.accept(T.message("U2", from: "972509999999", id: "IL.1", at: T.start + .seconds(50)))
        try await t.accept(T.message("U3", id: "IL.1", at: T.start + .seconds(20)))
        #expect(try await t.integer("SELECT count(DISTINCT conversation) FROM message") == 1)
        #expect(try await t.string("SELECT number FROM contact WHERE provider_id = 'IL.1'") == "972509999999")
        #expect(try await t.store.conversation(2)?.conversation.memory.isOptedOut == true)
        try await t.accept(T.message("U4", at: T.start + .seconds(10)))
        #expect(try await t.string("SELECT number FROM contact WHERE provider_id = 'IL.1'") == "972509999999")
    }
}
