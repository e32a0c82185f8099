import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

/// Contacts whose number or id changes.
@Suite struct ContactMoveTests {
    private let old = Contact(id: "IL.1", number: "972501111111", address: "972501111111", name: "Dana")
    private let new = Contact(id: "IL.2", number: "972502222222", address: "972502222222")

    private func write(_ t: T, _ unique: String, _ contact: Contact, at now: Timestamp = T.start) async throws {
        var message = T.message(unique, at: now)
        message.contact = contact
        try await t.accept(message, at: now)
    }

    private func move(_ t: T, from former: Contact, to latest: Contact, at movedAt: Timestamp = T.start + .minutes(1))
        async throws
    {
        let silence = (T.silence, T.start)
        _ = try await t.store.take(
            [(.move(ContactMove(from: former, to: latest, at: movedAt)), "{}")], account: T.account,
            policy: IntakePolicy(takeoverPause: .zero, delay: { _ in .zero }, decide: { _, _ in silence }), at: T.start)
    }

    private func people(_ t: T) async throws -> [String] {
        try await t.store.read { db in
            try db.all(
                """
                SELECT c.id, coalesce(provider_id, '-'), coalesce(number, '-'), address, coalesce(name, '-')
                FROM contact c JOIN conversation v ON v.id = c.id ORDER BY c.id
                """
            ) { row in (0..<5).map { $0 == 0 ? "\(row.integer(0))" : row.text(Int32($0)) }.joined(separator: " ") }
        }
    }

    @Test func theConversationGoesAlongWithItsOptOut() async throws {
        let t = try T()
        try await write(t, "U1", old)
        #expect(try await t.store.optOut(1, true, at: T.start))
        try await move(t, from: old, to: new)
        #expect(try await people(t) == ["1 IL.2 972502222222 972502222222 Dana"])
        #expect(try await t.store.conversation(1)?.conversation.memory.isOptedOut == true)
        try await write(t, "U2", new, at: T.start + .hours(1))
        #expect(try await people(t).count == 1)
    }

    @Test func aConversationThatBeganBeforeTheNewsIsTheSamePersons() async throws {
        let t = try T()
        try await write(t, "U1", old)
        #expect(try await t.store.optOut(1, true, at: T.start))
        try await write(t, "U2", new, at: T.start + .minutes(1))
        #expect(try await people(t).count == 2)
        try await move(t, from: old, to: new)
        #expect(try await people(t) == ["1 IL.2 972502222222 972502222222 Dana"])
        #expect(try await t.store.conversation(1)?.conversation.memory.isOptedOut == true)
    }

    @Test func aNumberAloneMayBeNews() async throws {
        let t = try T()
        let known = Contact(number: "972501111111", address: "972501111111")
        try await write(t, "U1", known)
        try await move(t, from: known, to: Contact(number: "972502222222", address: "972502222222"))
        #expect(try await people(t) == ["1 - 972502222222 972502222222 -"])
    }

    /// The number that was left may be somebody else's tomorrow.
    @Test func withANewIdAloneNothingGoesToTheOldNumberAnyMore() async throws {
        let t = try T()
        try await write(t, "U1", old)
        try await move(t, from: Contact(id: "IL.1", address: "IL.1"), to: Contact(id: "IL.2", address: "IL.2"))
        #expect(try await people(t) == ["1 IL.2 - IL.2 Dana"])
        let stranger = Contact(id: "IL.9", number: "972501111111", address: "972501111111")
        try await write(t, "U2", stranger, at: T.start + .hours(1))
        #expect(try await people(t) == ["1 IL.2 - IL.2 Dana", "2 IL.9 972501111111 972501111111 -"])
    }

    @Test(arguments: [nil, "IL.9"])
    func whoGetsTheOldNumberIsSomebodyElse(id: String?) async throws {
        let t = try T()
        let number = "972501111111"
        let known = Contact(number: number, address: number)
        let new = Contact(number: "972502222222", address: "972502222222")
        try await write(t, "U1", known)
        #expect(try await t.store.optOut(1, true, at: T.start))
        try await move(t, from: known, to: new)
        // What was written before the change and comes late is still the owner's.
        try await write(t, "U2", known, at: T.start + .seconds(30))
        #expect(try await people(t) == ["1 - 972502222222 972502222222 -"])
        try await write(t, "U3", Contact(id: id, number: number, address: number), at: T.start + .hours(1))
        let both = ["1 - 972502222222 972502222222 -", "2 \(id ?? "-") \(number) \(number) -"]
        #expect(try await people(t) == both)
        #expect(try await t.store.conversation(1)?.conversation.memory.isOptedOut == true)
        #expect(try await t.store.conversation(2)?.conversation.memory.isOptedOut == false)
        // The news is delivered once more.
        try await move(t, from: known, to: new)
        #expect(try await people(t) == both)
    }

    /// They were sent before the change, but no message of the contact is later.
    @Test func messagesOfBeforeBringNoOldAddressBack() async throws {
        let t = try T()
        try await write(t, "U1", old)
        try await move(t, from: old, to: new)
        let number = "972501111111"
        for (place, late) in [
            old, Contact(id: "IL.1", address: "IL.1"), Contact(number: number, address: number),
        ].enumerated() {
            try await write(t, "L\(place)", late, at: T.start + .seconds(Int64(place) + 1))
            #expect(try await people(t) == ["1 IL.2 972502222222 972502222222 Dana"], "\(place)")
        }
    }

    @Test func oldNewsThatComesAgainChangesNothing() async throws {
        let t = try T()
        try await write(t, "U1", old)
        let third = Contact(id: "IL.3", number: "972503333333", address: "972503333333")
        try await move(t, from: old, to: new)
        try await move(t, from: new, to: third)
        for _ in 0..<2 { try await move(t, from: old, to: new) }
        #expect(try await people(t) == ["1 IL.3 972503333333 972503333333 Dana"])
    }

    @Test func newsOfSomebodyWhoNeverWroteIsKeptAndNoMore() async throws {
        let t = try T()
        try await move(t, from: old, to: new)
        #expect(try await people(t).isEmpty)
        #expect(try await t.integer("SELECT count(*) FROM hook WHERE kind = 'move'") == 1)
    }
}
