import Foundation
import Responder
import Synchronization
import Testing

@testable import Store

@Suite struct GroupCommitTests {
    @Test func aWriteThatFailsTakesBackItselfAlone() async throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    _ = try? await store.write { db in
                        try db.run(
                            "INSERT INTO hook (account, kind, received_at, payload) VALUES ('a', 'k', ?, '')", number)
                        if number % 3 == 0 { throw StoreError.failed("on purpose") }
                    }
                }
            }
        }
        #expect(try await temporary.integer("SELECT count(*) FROM hook") == 133)
        #expect(try await temporary.integer("SELECT count(*) FROM hook WHERE received_at % 3 = 0") == 0)
    }

    @Test func writesThatArriveTogetherShareACommit() async throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        func changes() async throws -> Int {
            // The WAL's header does not count; each frame with a commit mark does: one per transaction.
            let wal = try Data(contentsOf: temporary.folder.appendingPathComponent("test.sqlite-wal"))
            var commits = 0
            var offset = 32
            while offset + 24 <= wal.count {
                if wal[offset + 4..<offset + 8].contains(where: { $0 != 0 }) { commits += 1 }
                offset += 24 + 4096
            }
            return commits
        }
        let before = try await changes()
        try await together(
            at: store,
            (0..<100).map { number in
                {
                    _ = try await store.keep(
                        hook: "k", payload: "", account: "a", at: Timestamp(seconds: Int64(number)))
                }
            })
        #expect(try await temporary.integer("SELECT count(*) FROM hook") == 100)
        #expect(try await changes() - before <= 5)
    }

    @Test(arguments: [(isBehind: true, accepted: 46), (isBehind: false, accepted: 24)])
    func theNewThingsOfAnAccountThatIsBehindComeInHalfAsFastAsAnswersGetFurther(isBehind: Bool, accepted: Int)
        async throws
    {
        let temporary = try TemporaryStore()
        let store = temporary.store
        store.setBehind(isBehind ? ["busy"] : ["other"])
        let done = Mutex<[StepQueue.Purpose]>([])
        try await together(
            at: store,
            (0..<200).map { number in
                let purpose = number < 100 ? StepQueue.Purpose.intake("busy") : .progress
                return {
                    try await store.write(about: .nothing, for: purpose, rerun: .harmless) { _ in
                        done.withLock { $0.append(purpose) }
                    }
                }
            })
        // Each commit takes writes of progress first, and 96 writes at most; while the sender is behind, it takes half
        // as many new events as writes of progress.
        let order = done.withLock { $0 }
        #expect(order.count == 200)
        #expect(order.prefix { $0 == .progress }.count == (isBehind ? 92 : 72))
        #expect(order.drop { $0 == .progress }.prefix { $0 != .progress }.count == accepted)
    }

    /// Makes all writes arrive, one after another, during one commit.
    private func together(at store: Store, _ writes: [@Sendable () async throws -> Void]) async throws {
        let begun = AsyncStream<Void>.makeStream()
        let gate = DispatchSemaphore(value: 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await store.write { _ in
                    begun.continuation.yield()
                    gate.wait()
                }
            }
            for await _ in begun.stream { break }
            for (place, write) in writes.enumerated() {
                group.addTask { try await write() }
                while store.engine.waiting <= place { await Task.yield() }
            }
            gate.signal()
            try await group.waitForAll()
        }
    }
}
