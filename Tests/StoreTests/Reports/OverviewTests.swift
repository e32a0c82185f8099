import Foundation
import Responder
import Testing

@testable import Store

@Suite struct OverviewTests {
    private let start = TemporaryStore.start

    @Test func anEmptyDatabaseHasNothingToTell() async throws {
        #expect(try await TemporaryStore().store.overview(at: start) == Overview())
    }

    @Test func itCountsWhatIsOpenAndKnowsWhatCameAndWentLast() async throws {
        let temporary = try TemporaryStore()
        let entries = try await temporary.entries(["one", "two", "three"])
        let first = try #require(try await temporary.begin(entries[0]).attempt)
        _ = try await temporary.end(first, .accepted(unique: "A", minutesLeft: nil), at: start + .seconds(5))
        let second = try #require(try await temporary.begin(entries[1], at: start + .seconds(6)).attempt)
        _ = try await temporary.end(second, .unknown(Refusal(text: "?")), at: start + .seconds(7))
        try await temporary.accept(TemporaryStore.message("U2"), at: start + .seconds(8))
        try await temporary.accept(TemporaryStore.message("U3"), at: start + .seconds(9))
        var open = Overview.Open()
        open.waiting = 1
        open.held = 1
        #expect(
            try await temporary.store.overview(at: start + .seconds(9))
                == Overview(
                    open: [TemporaryStore.account: open], lastMessage: start + .seconds(9),
                    lastSent: start + .seconds(5)))
    }

    @Test func whatWasGivenUpIsCountedForAWeek() async throws {
        let temporary = try TemporaryStore()
        let entries = try await temporary.entries(["one", "two"])
        let first = try #require(try await temporary.begin(entries[0]).attempt)
        _ = try await temporary.end(first, .permanent(Refusal(text: "no")))
        let account = TemporaryStore.account
        #expect(try await temporary.store.overview(at: start + .days(6)).open[account]?.failed == 1)
        #expect(try await temporary.store.overview(at: start + .days(6)).open[account]?.waiting == 1)
        #expect(try await temporary.store.overview(at: start + .days(8)).open[account]?.failed == 0)
        #expect(try await temporary.store.drop(entries[0].id))
        #expect(try await temporary.store.overview(at: start + .days(6)).open[account]?.failed == 0)
    }

    @Test func postsToLinksAreCountedApart() async throws {
        let temporary = try TemporaryStore()
        let start = start
        let accepted = try await temporary.store.accept(TemporaryStore.message(), payload: "{}", at: start) { _, _ in
            var decision = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
            decision.sends = (1...2).map { _ in
                Outgoing(body: .post(link: "https://crm.example/secret", json: "{}"), textEnd: start)
            }
            return (decision, start)
        }
        let posts = try #require(accepted.decided?.entries)
        let attempt = try #require(try await temporary.begin(posts[0]).attempt)
        _ = try await temporary.end(attempt, .permanent(Refusal(text: "HTTP 404")))
        var open = Overview.Open()
        open.failedPosts = 1
        // The other one waits, but no stopped account keeps it from its link.
        #expect(try await temporary.store.overview(at: start).open == [TemporaryStore.account: open])
        // It is tried again and again: after an hour a person should know.
        let other = try #require(try await temporary.begin(posts[1]).attempt)
        _ = try await temporary.end(other, .transient(Refusal(text: "HTTP 500"), retryAfter: nil))
        #expect(
            try await temporary.store.overview(at: start + .minutes(59)).open[TemporaryStore.account]?.stuckPosts == 0)
        #expect(
            try await temporary.store.overview(at: start + .minutes(61)).open[TemporaryStore.account]?.stuckPosts == 1)
        for (minutes, ids) in [(59, [posts[0].id]), (61, [posts[1].id, posts[0].id])] {
            let listed = try await temporary.store.entries(.needingAttention(at: start + .minutes(minutes)))
            #expect(listed.map(\.id) == ids)
        }
        let traffic = try await temporary.store.traffic(ofMessages: 0..<100)
        #expect(traffic.failedPosts == 1 && traffic.posts == 0 && traffic.failed == 0 && traffic.sent == 0)
    }

    @Test func damageIsFound() async throws {
        let temporary = try TemporaryStore()
        for number in 0..<200 { try await temporary.accept(TemporaryStore.message("U\(number)")) }
        #expect(try await temporary.store.damage().isEmpty)
        temporary.store.close()
        let path = temporary.folder.appendingPathComponent("test.sqlite").path
        let page = try await Store(besideDaemonAt: path).read { db in
            try db.first("SELECT rootpage FROM sqlite_master WHERE name = 'message_by_unique_id'") { $0.int(0) }
        }
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: 4096 * UInt64(try #require(page) - 1))
        try file.write(contentsOf: Data(repeating: 0x5A, count: 4096))
        try file.close()
        #expect(try await !Store(besideDaemonAt: path).damage().isEmpty)
    }
}
