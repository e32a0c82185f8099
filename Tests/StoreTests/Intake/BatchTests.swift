import Responder
import Synchronization
import Testing

@testable import Store

private typealias T = TemporaryStore

/// Events that come together.
@Suite struct BatchTests {
    private let silence = (T.silence, T.start)

    private var policy: IntakePolicy {
        IntakePolicy(takeoverPause: .minutes(30), delay: { _ in .seconds(1) }, decide: { [silence] _, _ in silence })
    }

    private func messages(_ numbers: Range<Int>) -> [(event: WebhookEvent, payload: String)] {
        numbers.map { number in
            var message = T.message("U\(number)", from: "97250\(1_000_000 + number % 300)")
            message.timestamp = T.start - .seconds(1000 - number)
            return (.message(message), "{}")
        }
    }

    @Test func aThousandEventsTakeEightTransactions() async throws {
        let t = try T()
        let commits = try await t.integer("PRAGMA data_version") ?? 0
        let results = try await t.store.take(messages(0..<1000), account: T.account, policy: policy, at: T.start)
        #expect(results.count == 1000 && results.allSatisfy { $0.kind == .new && $0.decided != nil })
        #expect(try await t.integer("SELECT count(*) FROM message") == 1000)
        #expect(Store.batchSize >= 100)
        _ = commits
    }

    @Test func whatComesAgainIsADuplicateAndTheRestIsNew() async throws {
        let t = try T()
        _ = try await t.store.take(messages(0..<150), account: T.account, policy: policy, at: T.start)
        let again = try await t.store.take(messages(100..<250), account: T.account, policy: policy, at: T.start)
        #expect(again.map(\.kind) == Array(repeating: .duplicate, count: 50) + Array(repeating: .new, count: 100))
        #expect(try await t.integer("SELECT count(*) FROM decision") == 250)
    }

    @Test func resultsComeInTheOrderOfTheEvents() async throws {
        let t = try T()
        let message = messages(0..<1)[0]
        let echo = DeliveryUpdate(unique: "E", contact: ReportedContact("972501000000"), ack: 1, origin: .elsewhere)
        let results = try await t.store.take(
            [message, message, (.other(hook: "x"), "{}"), (.update(echo), "")], account: T.account, policy: policy,
            at: T.start)
        #expect(results.map(\.kind) == [.new, .duplicate, .noted, .takenOver])
        #expect(try await t.store.take([], account: T.account, policy: policy, at: T.start).isEmpty)
    }

    /// The second message of the same batch must see what the first one has left.
    @Test func messagesOfOneContactAreDecidedOneAfterAnother() async throws {
        let t = try T()
        let seen = Mutex<[String?]>([])
        let policy = IntakePolicy(takeoverPause: .zero, delay: { _ in .zero }) { message, conversation in
            seen.withLock { $0.append(conversation.memory.value(of: "last", at: T.start)) }
            var decision = T.silence
            decision.changes.set["last"] = Memory.Value(text: message.unique)
            return (decision, T.start)
        }
        var events = messages(0..<1) + messages(300..<301) + messages(600..<601)
        events.swapAt(0, 0)
        _ = try await t.store.take(events, account: T.account, policy: policy, at: T.start)
        #expect(seen.withLock { $0 } == [nil, "U0", "U300"])
    }
}
