import Foundation
import Responder
import Testing

@testable import Store

@Suite struct ListingTests {
    private typealias T = TemporaryStore

    /// There may be ten million messages, and nobody may wait while they are read.
    @Test(arguments: [
        Store.trafficMessages, Store.trafficOutcomes, Store.trafficStates, Store.trafficTimes,
        Store.newestConversations, Store.oneConversation, Store.listedMessage, Store.earlierMessages,
        Store.conversationsWithoutMessages, Store.oldReports,
        Store.listedNumbers(.state(.held)), Store.listedNumbers(.state(.waiting)),
        Store.listedNumbers(.state(.failed)), Store.listedNumbers(.state(.dropped)),
        Store.listedNumbers(.needingAttention(at: T.start)), Store.listedNumbers(.id(1)),
        Store.listedNumbers(.message(1)),
        Store.messagesOfConversation, ListedEntry.one, ListedEntry.attempts, LaneState.all,
    ])
    func whatPeopleLookAtIsServedByIndexes(sql: String) async throws {
        let temporary = try TemporaryStore()
        let plan = try await temporary.plan(of: sql)
        for step in plan {
            #expect(
                !step.contains(/^SCAN (m|o|c|d|message|outbox|contact|decision|attempt|foreign_update)$/), "\(plan)")
            // A limit on the row id alone (`rowid<?`) is no bound.
            #expect(!step.contains(/outbox USING INTEGER PRIMARY KEY \(rowid<\?\)/), "\(plan)")
        }
    }

    /// Contacts are few compared with messages: a search may look at each of them once, and at nothing else except by
    /// an index.
    @Test func aSearchReadsContactsAlone() async throws {
        let temporary = try TemporaryStore()
        let plan = try await temporary.plan(of: Store.searchedConversations)
        #expect(
            plan.filter { $0.hasPrefix("SCAN") } == ["SCAN c"] || plan.filter { $0.hasPrefix("SCAN") } == ["SCAN v"])
        #expect(plan.contains { $0.contains("SEARCH m USING COVERING INDEX message_by_conversation") }, "\(plan)")
    }

    @Test(arguments: [1, 2, 3, 50], [ConversationFilter(), ConversationFilter(search: "9")])
    func pagesHaveEachConversationOnceAndNobodyWhoWasForgotten(limit: Int, filter: ConversationFilter) async throws {
        let t = try TemporaryStore()
        for number in 1...9 { try await t.accept(T.message("U\(number)", from: "9\(number)")) }
        try await t.accept(T.message("U10", from: "93"))
        // Of some conversations nothing is stored any more, and one contact never wrote.
        try await t.store.write { db in
            let old = "SELECT id FROM message WHERE conversation IN (1, 2, 4, 5)"
            try db.run("DELETE FROM decision WHERE message IN (\(old))")
            try db.run("DELETE FROM message WHERE id IN (\(old))")
        }
        _ = try await t.update("P1", contact: "910")
        for number in ["96", "94"] { _ = try await t.store.forget(t.store.people(named: number)) }
        var found: [String?] = []
        var next: ConversationCursor?
        for _ in 0..<20 {
            let page = try await t.store.conversations(filter, after: next, limit: limit)
            #expect(page.conversations.count <= limit)
            found += page.conversations.map(\.contact.number)
            // Turns the place into text and back, as a caller does that gets it and hands it back.
            next = page.next.flatMap { ConversationCursor("\($0)") }
            #expect((next == nil) == (page.next == nil))
            guard next != nil else { break }
        }
        #expect(found == ["93", "99", "98", "97", "910", "95", "92", "91"])
    }

    @Test(arguments: [ConversationFilter(), ConversationFilter(search: "9")])
    func whereNobodyIsThereIsOnePage(filter: ConversationFilter) async throws {
        let t = try TemporaryStore()
        let page = try await t.store.conversations(filter, limit: 9)
        #expect(page.conversations.isEmpty && page.next == nil)
        _ = try await t.update("P1", contact: "91")
        let other = try await t.store.conversations(filter, limit: 9)
        #expect(other.conversations.map(\.contact.number) == ["91"] && other.next == nil)
    }

    @Test func aPageEndsWhereThereIsNoMoreRoomAndTheNextOneGoesOn() async throws {
        let t = try TemporaryStore()
        for number in 1...3 { try await t.answer(T.message("U\(number)", from: "\(number)")) }
        for number in 4...5 { try await t.answer(T.message("U\(number)", from: "3")) }
        let first = try await t.store.conversations(ConversationFilter(), limit: 9) { _ in false }
        let second = try await t.store.conversations(ConversationFilter(), after: first.next, limit: 9)
        #expect(first.conversations.map(\.contact.number) == ["3"])
        #expect(second.conversations.map(\.contact.number) == ["2", "1"] && second.next == nil)
        let latest = try await t.store.messages(of: 3, limit: 9) { _ in false }
        let earlier = try await t.store.messages(of: 3, before: try #require(latest.next), limit: 2)
        #expect(latest.messages.map(\.message.unique) == ["U5"])
        #expect(earlier.messages.map(\.message.unique) == ["U4", "U3"] && earlier.next == nil)
        let entries = try await t.store.entryPage(.all, limit: 9) { _ in false }
        let rest = try await t.store.entryPage(.all, before: try #require(entries.next), limit: 4)
        #expect(entries.entries.map(\.id) == [5])
        #expect(rest.entries.map(\.id) == [4, 3, 2, 1] && rest.next == nil)
    }

    @Test func onlyTheNewestMessageOfEachConversationCounts() async throws {
        let t = try TemporaryStore()
        for (place, number) in ["1", "2", "1", "3", "2"].enumerated() {
            try await t.accept(T.message("U\(place)", from: number))
        }
        let page = try await t.store.conversations(ConversationFilter(), limit: 2)
        #expect(page.conversations.map(\.contact.number) == ["2", "3"])
        #expect(page.conversations.first?.latest?.message.unique == "U4")
        let next = try await t.store.conversations(ConversationFilter(), after: page.next, limit: 2)
        #expect(next.conversations.map(\.contact.number) == ["1"] && next.next == nil)
    }

    @Test func aPageEndsWhereEnoughHasBeenLookedAtAndTheNextOneGoesOn() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", from: "1"))
        // Without a decision, which would hold on to the message's id.
        try await t.leave(T.message("U2", from: "2"))
        try await t.store.write { db in
            try db.run("UPDATE message SET id = ? WHERE unique_id = 'U2'", Store.lookedAt * 2)
        }
        let first = try await t.store.conversations(ConversationFilter(), limit: 10)
        #expect(first.conversations.map(\.contact.number) == ["2"] && first.next != nil)
        var next = first.next
        var found: [String?] = []
        while let place = next {
            let page = try await t.store.conversations(ConversationFilter(), after: place, limit: 10)
            found += page.conversations.map(\.contact.number)
            next = page.next
        }
        #expect(found == ["1"])
    }

    @Test func whatQuietsTheBotIsKnown() async throws {
        let t = try TemporaryStore()
        let end = T.start + .hours(4)
        for (place, (reason, rule)) in [(Decision.Reason.matched, "human"), (.loop, "hours")].enumerated() {
            var decision = Decision(rule: rule, outcome: .silent, reason: reason, because: "", revision: "1")
            decision.changes.pausedUntil = end
            decision.changes.pausedBy = reason == .loop ? nil : rule
            let message = T.message("U\(place)", from: "9725012345\(place)")
            _ = try await t.store.accept(message, payload: "{}", at: T.start) { [decision] _, _ in (decision, T.start) }
        }
        func pause(_ conversation: Int64) async throws -> Pause? {
            try await t.store.conversation(conversation)?.conversation.pause(at: T.start)
        }
        #expect(try await pause(1) == .rule("human"))
        #expect(try await pause(2) == .loopGuard)
        let listed = try await t.store.conversations(ConversationFilter(pausedAt: T.start), limit: 9).conversations
        #expect(listed.map { $0.conversation.pause(at: T.start) } == [.loopGuard, .rule("human")])
        #expect(listed.allSatisfy { $0.conversation.pause(at: end) == nil })
        // A person who pauses it later is the one who has quieted it.
        #expect(try await t.store.pause(1, until: end + .hours(1)))
        #expect(try await pause(1) == .person)
        #expect(try await t.store.pause(2, until: nil))
        #expect(try await pause(2) == nil)
        // A pause after a resume may be shorter.
        var decision = Decision(rule: "human", outcome: .silent, reason: .matched, because: "", revision: "1")
        decision.changes.pausedUntil = T.start + .hours(1)
        decision.changes.pausedBy = "human"
        let message = T.message("U9", from: "97250123451")
        _ = try await t.store.accept(message, payload: "{}", at: T.start) { [decision] _, _ in (decision, T.start) }
        #expect(try await pause(2) == .rule("human"))
    }

    @Test func whoResumesTellsTheLoopGuardThatNoRobotWrites() async throws {
        let t = try TemporaryStore()
        var answer = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
        answer.changes.hasAnswer = true
        for number in 1...3 {
            _ = try await t.store.accept(T.message("U\(number)"), payload: "{}", at: T.start) { [answer] _, _ in
                (answer, T.start)
            }
        }
        let guarded = try #require(try await t.store.conversation(1)?.conversation.memory)
        #expect(guarded.echoes > 0 && !guarded.recentAnswers.isEmpty)
        #expect(try await t.store.pause(1, until: T.start + .hours(1)))
        #expect(try await t.store.conversation(1)?.conversation.memory == guarded)
        #expect(try await t.store.pause(1, until: nil))
        let free = try #require(try await t.store.conversation(1)?.conversation.memory)
        #expect(free.echoes == 0 && free.recentAnswers.isEmpty && free.lastMessageAt == guarded.lastMessageAt)
    }

    @Test func whatCantBeReadKeepsNobodyFromSeeingTheRestNorFromBeingAnswered() async throws {
        let t = try TemporaryStore()
        let broken = try #require(try await t.entries().first)
        let next = try #require(try await t.answer(T.message("U2")).first)
        try await t.store.write { db in
            try db.run("UPDATE conversation SET paused_until = ?", T.start + .hours(1))
            try db.run("UPDATE outbox SET outgoing = '{bad' WHERE id = ?", broken.id)
            try db.run("UPDATE decision SET changes = '{bad'")
            try db.run("UPDATE conversation SET memory = '{bad'")
        }
        for filter in [
            ConversationFilter(), ConversationFilter(pausedAt: T.start), ConversationFilter(isOptedOut: true),
        ] {
            #expect(
                try await t.store.conversations(filter, limit: 9).conversations.map {
                    $0.conversation.pause(at: T.start)
                } == [.person])
        }
        #expect(try await t.store.entryPage(.all, limit: 9).entries.count == 2)
        #expect(try await t.begin(broken).word == "failed unreadable")
        #expect(try await t.begin(next).word == "text hello")
    }

    @Test func anEntryThatLacksItsDecisionDoesNotEndTheList() async throws {
        let t = try TemporaryStore()
        for number in 1...4 { try await t.answer(T.message("U\(number)"), ["hello"]) }
        try await t.store.write { db in try db.run("DELETE FROM decision WHERE message IN (3, 4)") }
        var (found, before): ([Int64], Int64?) = ([], .max)
        while let place = before {
            let page = try await t.store.entryPage(.all, before: place, limit: 1)
            found += page.entries.map(\.id)
            before = page.next
        }
        #expect(found == [2, 1])
    }

    @Test func whoOptsOutByHandGetsNothingOfWhatWaits() async throws {
        let t = try TemporaryStore()
        let entry = try #require(try await t.entries().first)
        #expect(try await t.store.optOut(entry.conversation, true, at: T.start))
        #expect(try await t.begin(entry).word == "dropped opted-out")
        #expect(try await t.store.conversation(entry.conversation)?.conversation.memory.isOptedOut == true)
        #expect(try await t.store.release(entry.id, at: T.start) == .refused(.optedOut))
        #expect(try await t.store.optOut(entry.conversation, false, at: T.start))
        #expect(try await t.store.conversation(entry.conversation)?.conversation.memory.isOptedOut == false)
        guard case .released = try await t.store.release(entry.id, at: T.start) else {
            Issue.record("it may be sent again")
            return
        }
        #expect(try await t.store.release(entry.id, at: T.start) == .refused(.notReleasable(.waiting)))
        #expect(try await t.store.optOut(99, true, at: T.start) == false)
        #expect(try await t.store.pause(99, until: nil) == false)
    }

    @Test func whatWaitsForTheMorningIsAsOldAsItsDecision() async throws {
        let t = try TemporaryStore()
        _ = try await t.store.accept(T.message(), payload: "{}", at: T.start) { _, _ in
            var decision = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
            var outgoing = Outgoing(body: .message(.text("later", replyTo: nil)), textEnd: T.start + .hours(24))
            outgoing.notBefore = T.start + .hours(11)
            decision.sends = [outgoing]
            return (decision, T.start)
        }
        let listed = try #require(try await t.store.entries(.all).first)
        #expect(listed.decidedAt == T.start && listed.dueAt == T.start + .hours(11))
    }

    @Test func whatIsReleasedIsTriedForADayAndStaysAsOldAsItIs() async throws {
        let t = try TemporaryStore()
        let accepted = try await t.store.accept(T.message(), payload: "{}", at: T.start) { _, _ in
            var decision = Decision(rule: "r", outcome: .template, reason: .matched, because: "", revision: "1")
            decision.sends = [
                Outgoing(body: .message(.template(RenderedTemplate(name: "a", language: .hebrew))), textEnd: T.start)
            ]
            return (decision, T.start)
        }
        let entry = try #require(accepted.decided?.entries.first)
        let attempt = try #require(try await t.begin(entry).attempt)
        _ = try await t.end(attempt, .unknown(Refusal(text: "?")))
        let later = T.start + .hours(50)
        guard case .released = try await t.store.release(entry.id, at: later) else {
            Issue.record("it is held")
            return
        }
        let listed = try #require(try await t.store.entries(.id(entry.id)).first)
        #expect(listed.decidedAt == T.start && listed.releasedAt == later)
        #expect(try await t.begin(entry, at: later + .hours(23)).word == "template a")
        // A contact who opts out meanwhile does not get the answer, if it turns out that it has not arrived.
        #expect(try await t.store.optOut(entry.conversation, true, at: T.start))
        #expect(try await t.begin(entry, at: later + .hours(23)).word == "not yet")
        let again = try #require(try await t.integer("SELECT max(id) FROM attempt"))
        let settlement = try await t.store.endAttempt(
            Int64(again), AttemptOutcome(reason: 6), policy: TakeoverPolicy(pause: .zero, onUnknown: .hold),
            delay: .seconds(1), at: later + .hours(23))
        #expect(settlement == .over(.dropped))
    }

    @Test func aSearchTakesSignsAsTheyAre() async throws {
        let t = try TemporaryStore()
        try await t.accept(T.message("U1", from: "1", name: "100%"))
        try await t.accept(T.message("U2", from: "2", name: "1000"))
        let found = try await t.store.conversations(ConversationFilter(search: "0%"), limit: 9).conversations
        #expect(found.map(\.contact.number) == ["1"])
        try await t.accept(T.message("U3", from: "3", name: "x%\u{301}y"))
        func numbers(_ search: String) async throws -> [String?] {
            try await t.store.conversations(ConversationFilter(search: search), limit: 9).conversations
                .map(\.contact.number)
        }
        // A wildcard of the search with a mark on it is searched for as it is.
        #expect(try await numbers("_\u{301}") == [])
        #expect(try await numbers("%\u{301}y") == ["3"])
        #expect(try await numbers("\0") == [])
    }
}
