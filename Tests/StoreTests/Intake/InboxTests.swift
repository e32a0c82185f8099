import Dispatch
import Responder
import Synchronization
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
        #expect(try await t.answer(T.message("U1")).isEmpty)
        #expect(try await t.integer("SELECT count(*) FROM decision") == 1)
    }

    /// A text of ours into a window that is in truth shut would be refused.
    @Test func aCallOrADeletedMessageOpensNoWindow() async throws {
        let t = try TemporaryStore()
        #expect(try await t.accept(T.message("U1")) == .new)
        for (number, type) in ["revoked", "call_log"].enumerated() {
            var event = T.message("E\(number)", at: T.start + .hours(3))
            event.type = MessageType(rawValue: type)
            #expect(try await t.accept(event, at: T.start + .hours(3)) == .new)
        }
        #expect(try await t.integer("SELECT window_end FROM conversation") == Int((T.start + .hours(24)).milliseconds))
    }

    @Test func theSameIdAtAnotherAccountIsAnotherMessage() async throws {
        let t = try TemporaryStore()
        var other = T.message("U1")
        other.account = "972550000019"
        #expect(try await t.accept(T.message("U1")) == .new)
        #expect(try await t.accept(other) == .new)
    }

    /// The writer is busy while the messages arrive.
    @Test func messagesThatArriveTogetherAreDecidedByTheirTimestampsThenByArrival() async throws {
        let t = try TemporaryStore()
        let isOpen = DispatchSemaphore(value: 0)
        let (busy, isBusy) = AsyncStream<Void>.makeStream()
        let first = Task {
            try await t.store.write { _ in
                isBusy.yield()
                isOpen.wait()
            }
        }
        for await _ in busy { break }
        var arrivals: [Task<Void, any Error>] = []
        for (unique, second) in [("third", 30), ("first", 10), ("second", 20), ("also second", 20)] {
            let before = t.store.engine.waiting
            arrivals.append(Task { try await t.answer(T.message(unique, at: T.start + .seconds(second))) })
            while t.store.engine.waiting == before { try await Task.sleep(for: .milliseconds(1)) }
        }
        isOpen.signal()
        try await first.value
        for arrival in arrivals { try await arrival.value }
        #expect(
            try await t.string("SELECT group_concat(unique_id) FROM (SELECT * FROM message ORDER BY id)")
                == "first,second,also second,third")
        #expect(try await t.string("SELECT group_concat(message) FROM outbox ORDER BY id") == "1,2,3,4")
    }

    @Test func whatAnEarlierVersionLeftUndecidedIsDecidedByTimestampAndOnce() async throws {
        let t = try TemporaryStore()
        for number in 0..<300 {
            try await t.leave(T.message("U\(number)", from: "97250000\(number % 7)", at: T.start - .seconds(number)))
        }
        var decided: [String] = []
        while case let some = try await t.store.decideLeft(limit: 100, by: { _, _ in (T.silence, T.start) }),
            !some.isEmpty
        {
            decided += some.map(\.message.unique)
        }
        #expect(decided == (0..<300).reversed().map { "U\($0)" })
        #expect(try await t.integer("SELECT count(*) FROM decision") == 300)
        #expect(try await t.integer("SELECT count(*) FROM message WHERE is_decided = 0") == 0)
    }

    @Test func whatIsStoredIsWhatCame() async throws {
        let t = try TemporaryStore()
        let text = "שָׁלוֹם \u{200F}‎*x*\n👩‍👩‍👧 'ג׳"
        var message = T.message("U1", id: "IL.1", name: text)
        message.body = text
        message.caption = text
        message.quoted = "Q"
        message.type = MessageType(rawValue: "poll")
        let accepted = try await t.store.accept(message, payload: text, at: T.start) {
            [message] decided, conversation in
            #expect(decided == message && conversation.window.end == T.start + .hours(24))
            return (T.silence, T.start + .seconds(1))
        }
        #expect(accepted.decided?.message == message && accepted.decided?.decidedAt == T.start + .seconds(1))
        #expect(try await t.store.recorded([1]).map(\.message) == [message])
        #expect(try await t.string("SELECT payload FROM message") == text)
    }
}
