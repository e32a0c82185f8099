import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

@Suite struct InboxTests {
    @Test func aDuplicateChangesNothing() async throws {
        let t = try TemporaryStore()
        #expect(try await t.accept(T.message("U1")) == .new)
        #expect(
            try await t.accept(T.message("U1", name: "other", at: T.start + .hours(3)), at: T.start + .hours(20))
                == .duplicate)
        #expect(try await t.integer("SELECT count(*) FROM message") == 1)
        #expect(try await t.integer("SELECT window_end FROM conversation") == Int((T.start + .hours(24)).milliseconds))
        try await t.answer()
        #expect(try await t.accept(T.message("U1")) == .duplicate)
        #expect(try await t.answer().isEmpty)
    }

    @Test func theSameIdAtAnotherAccountIsAnotherMessage() async throws {
        let t = try TemporaryStore()
        var other = T.message("U1")
        other.account = "972550000019"
        #expect(try await t.accept(T.message("U1")) == .new)
        #expect(try await t.accept(other) == .new)
    }

    @Test func messagesOfAContactAreDecidedByTheirTimestampsThenByArrival() async throws {
        let t = try TemporaryStore()
        for (unique, second) in [("third", 30), ("first", 10), ("second", 20), ("also second", 20)] {
            try await t.accept(T.message(unique, at: T.start + .seconds(second)))
        }
        let decided = try await t.answer(at: T.start + .minutes(1))
        #expect(decided.map(\.message.unique) == ["first", "second", "also second", "third"])
        #expect(decided.flatMap(\.entries).map(\.id) == [1, 2, 3, 4])
    }

    @Test func everyMessageIsDecidedOnce() async throws {
        let t = try TemporaryStore()
        for number in 0..<300 { try await t.accept(T.message("U\(number)", from: "97250000\(number % 7)")) }
        var count = 0
        while case let decided = try await t.answer(), !decided.isEmpty { count += decided.count }
        #expect(count == 300)
        #expect(try await t.integer("SELECT count(*) FROM decision") == 300)
        #expect(try await t.integer("SELECT count(*) FROM outbox") == 300)
    }

    @Test func whatIsStoredIsWhatCame() async throws {
        let t = try TemporaryStore()
        let text = "שָׁלוֹם \u{200F}‎*x*\n👩‍👩‍👧 'ג׳"
        var message = T.message("U1", id: "IL.1", name: text)
        message.body = text
        message.caption = text
        message.quoted = "Q"
        message.type = MessageType(rawValue: "poll")
        _ = try await t.store.accept(message, payload: text, at: T.start)
        let (decided, isAll) = try await t.store.decideWaiting(at: T.start) { _, conversation in
            #expect(conversation.window.end == T.start + .hours(24))
            return Decision(rule: nil, outcome: .silent, reason: .noMatch, because: "", revision: "1")
        }
        #expect(decided.map(\.message) == [message])
        #expect(isAll)
        #expect(try await t.string("SELECT payload FROM message") == text)
    }
}

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
        try await t.accept(T.message("U3", from: "972509999999", id: "IL.2"))
        try await t.accept(T.message("U4", id: "IL.1"))
        #expect(
            try await t.string("SELECT group_concat(provider_id || number) FROM (SELECT * FROM contact ORDER BY id)")
                == "IL.1972501234567,IL.2972509999999")
    }

    @Test func answersGoToTheAddressTheContactWroteFromLast() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", id: "IL.1"))
        var hidden = T.message("U2", at: T.start + .seconds(1))
        hidden.contact = Contact(id: "IL.1", address: "IL.1")
        try await t.accept(hidden)
        let entry = try #require(try await t.answer().last?.entries.first)
        #expect(try await t.begin(entry).attempt?.address == "IL.1")
    }

    @Test func aMissingNameDoesNotEraseAKnownOne() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", name: "דנה"))
        try await t.accept(T.message("U2"))
        #expect(try await t.string("SELECT name FROM contact") == "דנה")
    }
}
