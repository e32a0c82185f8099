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
            policy: IntakePolicy(takeoverPause: .zero, delay: { _ in .zero }, decide: { _, _ in silence }),
            at: max(T.start + .minutes(5), movedAt))
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

    /// A new number has a new id, even if the news does not say which.
    @Test(arguments: [false, true])
    func newsOfTheNumberAloneFindsTheNewID(isLate: Bool) async throws {
        let t = try T()
        try await write(t, "U1", old)
        #expect(try await t.store.optOut(1, true, at: T.start))
        if isLate { try await write(t, "U2", new, at: T.start + .minutes(2)) }
        try await move(t, from: old, to: Contact(number: "972502222222", address: "972502222222"))
        try await write(t, "U3", new, at: T.start + .hours(1))
        #expect(try await people(t) == ["1 IL.2 972502222222 972502222222 Dana"])
        #expect(try await t.store.conversation(1)?.conversation.memory.isOptedOut == true)
        // An id is never somebody else's.
        try await write(t, "U4", Contact(id: "IL.1", address: "IL.1"), at: T.start + .hours(2))
        #expect(try await people(t).count == 1)
    }

    /// Whoever had the number before is another person, with another conversation.
    @Test(arguments: ["IL.2", nil])
    func whoHadTheNewNumberBeforeIsSomebodyElse(id: String?) async throws {
        let t = try T()
        let number = "972502222222"
        try await write(t, "C1", Contact(id: "IL.C", number: number, address: number, name: "Charlie"), at: T.start)
        #expect(try await t.store.optOut(1, true, at: T.start))
        try await write(t, "U1", old, at: T.start)
        try await move(t, from: old, to: Contact(id: id, number: number, address: number))
        try await write(t, "U2", new, at: T.start + .hours(1))
        #expect(try await people(t) == ["1 IL.C - IL.C Charlie", "2 IL.2 \(number) \(number) Dana"])
        #expect(try await t.store.conversation(2)?.conversation.memory.isOptedOut == false)
        try await write(t, "C2", Contact(id: "IL.C", address: "IL.C"), at: T.start + .hours(2))
        #expect(try await people(t).count == 2)
    }

    @Test func anIdThatHasChangedSinceIsNotBroughtBack() async throws {
        let t = try T()
        let number = "972502222222"
        try await write(t, "U1", old, at: T.start)
        try await write(t, "U2", new, at: T.start + .minutes(2))
        try await write(t, "U3", Contact(id: "IL.2", address: "IL.2"), at: T.start + .minutes(3))
        try await move(
            t, from: Contact(id: "IL.2", address: "IL.2"), to: Contact(id: "IL.5", number: number, address: number),
            at: T.start + .minutes(4))
        try await move(t, from: old, to: new)
        #expect(try await people(t) == ["1 IL.5 \(number) \(number) Dana"])
    }

    /// Without an id that person can't be reached any more, and nothing that waits may reach the new owner.
    @Test func whatWaitsForWhoHadTheNumberBeforeReachesNobody() async throws {
        let t = try T()
        let number = "972502222222"
        _ = try await t.answer(T.message("C1", from: number), ["for Charlie"])
        try await write(t, "U1", old, at: T.start)
        try await move(t, from: old, to: new)
        #expect(try await people(t) == ["1 - - \(number) -", "2 IL.2 \(number) \(number) Dana"])
        #expect(try await t.string("SELECT state FROM outbox") == "dropped")
    }

    @Test(arguments: [false, true])
    func aContactMayGoBack(hasIDs: Bool) async throws {
        let t = try T()
        func address(_ place: Int) -> Contact {
            Contact(id: hasIDs ? "IL.\(place)" : nil, number: "97250000000\(place)", address: "97250000000\(place)")
        }
        try await write(t, "U1", address(1))
        #expect(try await t.store.optOut(1, true, at: T.start))
        for _ in 0..<2 {
            try await move(t, from: address(1), to: address(2), at: T.start + .minutes(1))
            try await move(t, from: address(2), to: address(1), at: T.start + .minutes(2))
        }
        let back = ["1 \(hasIDs ? "IL.1" : "-") 972500000001 972500000001 -"]
        #expect(try await people(t) == back)
        try await write(t, "U2", address(1), at: T.start + .hours(1))
        #expect(try await people(t) == back)
    }

    @Test(arguments: [false, true])
    func newsComesInAnyOrder(hasIDs: Bool) async throws {
        func address(_ place: Int) -> Contact {
            Contact(id: hasIDs ? "IL.\(place)" : nil, number: "97250000000\(place)", address: "97250000000\(place)")
        }
        let last = "\(hasIDs ? "IL.3" : "-") 972500000003 972500000003 -"
        let news = [(1, 2, 1), (2, 3, 2)]
        for order in [[0, 1], [1, 0]] {
            for place in 0...2 {
                let t = try T()
                for (index, step) in order.enumerated() {
                    // The message comes before, between or after the news, and was written before all of it.
                    if index == place { try await write(t, "U1", address(1)) }
                    let (from, to, minute) = news[step]
                    try await move(t, from: address(from), to: address(to), at: T.start + .minutes(minute))
                }
                if place == 2 { try await write(t, "U1", address(1)) }
                let names = try await people(t).map { $0.split(separator: " ").dropFirst().joined(separator: " ") }
                #expect(names == [last], "\(order) \(place)")
                try await write(t, "U2", address(3), at: T.start + .hours(1))
                #expect(try await people(t).count == 1, "\(order) \(place)")
            }
        }
    }

    /// What comes late from the old addresses must find the contact.
    @Test func newsOfSomebodyWhoNeverWroteIsKept() async throws {
        let t = try T()
        try await move(t, from: old, to: new)
        #expect(try await people(t) == ["1 IL.2 972502222222 972502222222 -"])
        #expect(try await t.integer("SELECT count(*) FROM hook WHERE kind = 'move'") == 1)
        try await write(t, "U1", old, at: T.start)
        #expect(try await people(t) == ["1 IL.2 972502222222 972502222222 -"])
    }
}
