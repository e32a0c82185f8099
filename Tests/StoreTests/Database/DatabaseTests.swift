import Foundation
import GRDB
import Responder
import Synchronization
import Testing

@testable import Store

@Suite struct DatabaseTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-database-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func commitsSurviveAPowerCut() async throws {
        let temporary = try TemporaryStore()
        let pragmas = try await temporary.store.write { db in
            (try String.fetchOne(db, sql: "PRAGMA journal_mode"), try Int.fetchOne(db, sql: "PRAGMA synchronous"))
        }
        #expect(pragmas.0 == "wal")
        // 2 is FULL.
        #expect(pragmas.1 == 2)
    }

    @Test func onlyItsOwnerMayReadTheFiles() async throws {
        let temporary = try TemporaryStore()
        try await temporary.accept(TemporaryStore.message())
        for name in try FileManager.default.contentsOfDirectory(atPath: temporary.folder.path) {
            let path = temporary.folder.appendingPathComponent(name).path
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(name)")
        }
    }

    @Test func oneDaemonAtATimeServesFromADatabase() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.sqlite").path
        let first = try Store(path: path)
        #expect(throws: StoreError.inUse(path: path, process: "\(getpid())")) { try Store(path: path) }
        withExtendedLifetime(first) {}
    }

    @Test func aDatabaseOfANewerVersionIsRefusedAndNotTouched() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.sqlite").path
        _ = try Store(path: path)
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in try db.execute(sql: "INSERT INTO grdb_migrations VALUES ('99')") }
        let before = try queue.read { db in
            try String.fetchAll(db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        }
        #expect(throws: StoreError.newer(path: path)) { try Store(path: path) }
        let after = try queue.read { db in
            try String.fetchAll(db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        }
        #expect(before == after)
    }

    @Test func otherFilesAreRefused() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = folder.appendingPathComponent("text").path
        try Data(String(repeating: "no database ", count: 500).utf8).write(to: URL(fileURLWithPath: text))
        #expect(throws: StoreError.foreign(path: text)) { try Store(path: text) }
        let other = folder.appendingPathComponent("other.sqlite").path
        try DatabaseQueue(path: other).write { db in try db.execute(sql: "CREATE TABLE t (x)") }
        #expect(throws: StoreError.foreign(path: other)) { try Store(path: other) }
        #expect(throws: StoreError.cannotOpen(path: folder.path, why: "it is a folder")) {
            try Store(path: folder.path)
        }
        let nowhere = "/nonexistent/a.sqlite"
        #expect(throws: StoreError.cannotOpen(path: nowhere, why: "No such file or directory")) {
            try Store(path: nowhere)
        }
    }

    /// SQLite would go on writing to files without a name, and a 200 would promise what is lost.
    @Test(arguments: ["test.sqlite", "test.sqlite-wal"])
    func aFileThatIsDeletedUnderItIsNoticed(name: String) async throws {
        let temporary = try TemporaryStore()
        try await temporary.accept(TemporaryStore.message("U1"))
        let path = temporary.folder.appendingPathComponent(name).path
        try FileManager.default.removeItem(atPath: path)
        await #expect(throws: StoreError.replaced(path: path)) {
            try await temporary.accept(TemporaryStore.message("U2"))
        }
        await #expect(throws: StoreError.replaced(path: path)) {
            try await temporary.store.checkWritable(at: TemporaryStore.start)
        }
    }

    @Test("A check whether the database takes writes needs as much room as a webhook, each time")
    func roomForTheCheck() async throws {
        let temporary = try TemporaryStore()
        let log = temporary.folder.appendingPathComponent("test.sqlite-wal")
        func size() throws -> Int { try Data(contentsOf: log).count }
        for second in 1...3 {
            let before = try size()
            try await temporary.store.checkWritable(at: TemporaryStore.start + .seconds(second))
            #expect(try size() > before + 16_384)
        }
    }

    @Test func closingLeavesEverythingInOneFile() async throws {
        let temporary = try TemporaryStore()
        try await temporary.accept(TemporaryStore.message("U1"))
        temporary.store.close()
        let copy = temporary.folder.appendingPathComponent("copy.sqlite")
        try FileManager.default.copyItem(at: temporary.folder.appendingPathComponent("test.sqlite"), to: copy)
        let messages = try await DatabaseQueue(path: copy.path).read { db in
            try String.fetchAll(db, sql: "SELECT unique_id FROM message")
        }
        #expect(messages == ["U1"])
    }

    @Test func aCommandIsTurnedAwayWhoseNameOfTheFileIsNotTheDaemons() async throws {
        let temporary = try TemporaryStore()
        try await temporary.accept(TemporaryStore.message("U1"))
        let path = temporary.folder.appendingPathComponent("test.sqlite").path
        let (hard, symbolic) = (path + ".hard", path + ".symbolic")
        try FileManager.default.linkItem(atPath: path, toPath: hard)
        try FileManager.default.createSymbolicLink(atPath: symbolic, withDestinationPath: path)
        #expect(
            throws: StoreError.cannotOpen(
                path: hard, why: "process \(getpid()) uses it by another name (a hard link); use that name")
        ) {
            _ = try Store(besideDaemonAt: hard)
        }
        for name in [path, symbolic] { _ = try Store(besideDaemonAt: name, isReadOnly: true) }
    }

    /// Every statement of the hot path must be served by an index: none may read a whole table.
    @Test(arguments: [
        Store.knownMessage,
        Store.contactByID, Store.contactByNumber,
        Store.entryToSend, Store.attempted, Store.withdrawable, LaneState.first, LaneState.size,
        Store.sentAs, Store.failedAttempt, Store.reportsAhead, Store.attemptsInFlight, Store.convict,
        "SELECT entry FROM attempt WHERE outcome IS NULL",
        "SELECT * FROM foreign_update f WHERE f.conversation = ? AND f.is_waiting = 1",
    ])
    func theHotPathIsServedByIndexes(sql: String) async throws {
        let temporary = try TemporaryStore()
        let plan = try await temporary.store.read { db in
            try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql.replacing(/\?\d*/, with: "'1'")).map {
                $0["detail"] as String
            }
        }
        for step in plan {
            // A subquery that is counted has read its rows by an index itself.
            #expect(!step.hasPrefix("SCAN") || step.contains("USING") || step.hasPrefix("SCAN (subquery"), "\(step)")
            #expect(!step.contains("TEMP B-TREE"), "\(step)")
        }
    }
}

@Suite struct GroupCommitTests {
    @Test func aWriteThatFailsTakesBackItselfAlone() async throws {
        let temporary = try TemporaryStore()
        let store = temporary.store
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    _ = try? await store.write { db in
                        try db.execute(
                            sql: "INSERT INTO hook (account, kind, received_at, payload) VALUES ('a', 'k', ?, '')",
                            arguments: [number])
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
        let done = Mutex<[GroupCommit.Purpose]>([])
        try await together(
            at: store,
            (0..<200).map { number in
                let purpose = number < 100 ? GroupCommit.Purpose.intake("busy") : .progress
                return { try await store.write(for: purpose) { _ in done.withLock { $0.append(purpose) } } }
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
                while store.writes.waiting <= place { await Task.yield() }
            }
            gate.signal()
            try await group.waitForAll()
        }
    }
}
