import DatabaseFile
import Foundation
import Responder
import Testing

@testable import Store

@Suite struct SQLiteEngineTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-database-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        return folder
    }

    @Test func commitsSurviveAPowerCut() async throws {
        let temporary = try TemporaryStore()
        let pragmas = try await temporary.store.write { db in
            (try db.first("PRAGMA journal_mode") { $0.text(0) }, try db.first("PRAGMA synchronous") { $0.int(0) })
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

    /// Everybody else speaks to the database by `Connection`, or looks at the file by nothing but SQLite.
    @Test func nobodyElseKnowsGRDB() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        var known: [String] = []
        for folder in ["Sources", "Tests"] {
            let files = FileManager.default.enumerator(
                at: root.appending(path: folder), includingPropertiesForKeys: nil)
            for case let file as URL in files ?? .init() where file.pathExtension == "swift" {
                let code = try String(contentsOf: file, encoding: .utf8)
                guard code.contains(/(?m)^[^\/\n]*\bimport (?:\w+ )?GRDB/) else { continue }
                known.append(String(file.path.dropFirst(root.path.count + 1)))
            }
        }
        let elsewhere = known.filter { !$0.contains("/SQLiteEngine/") }.sorted()
        #expect(
            elsewhere == ["Tests/DatabaseFile/DatabaseFile.swift", "Tests/Simulate/MemoryDisk.swift"],
            "what needs GRDB belongs to SQLiteEngine; everything else takes a Connection")
        #expect(known.count > elsewhere.count)
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
        let file = try DatabaseFile(path)
        try file.execute("INSERT INTO grdb_migrations VALUES ('99')")
        let before = try file.texts("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        #expect(throws: StoreError.newer(path: path)) { try Store(path: path) }
        let after = try file.texts("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
        #expect(before == after)
    }

    @Test func otherFilesAreRefused() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = folder.appendingPathComponent("text").path
        try Data(String(repeating: "no database ", count: 500).utf8).write(to: URL(fileURLWithPath: text))
        #expect(throws: StoreError.foreign(path: text)) { try Store(path: text) }
        let other = folder.appendingPathComponent("other.sqlite").path
        try DatabaseFile(other).execute("CREATE TABLE t (x)")
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
        let messages = try DatabaseFile(copy.path).texts("SELECT unique_id FROM message")
        #expect(messages == ["U1"])
    }

    @Test func aStoreThatIsLetGoLeavesOneFile() async throws {
        let temporary = try TemporaryStore()
        try await temporary.accept(TemporaryStore.message("U1"))
        temporary.store.close()
        func lookAndLetGo() async throws {
            let store = try Store(besideDaemonAt: temporary.store.path)
            _ = try await store.overview(at: TemporaryStore.start)
        }
        try await lookAndLetGo()
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary.folder.path) == ["test.sqlite"])
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
        Store.contactByID, Store.contactByNumber, Store.leftLater, Store.unknownBefore,
        Store.entryToSend, Store.attempted, Store.withdrawable, LaneState.first, LaneState.size,
        Store.sentAs, Store.failedAttempt, Store.reportsAhead, Store.attemptsInFlight, Store.convict,
        "SELECT entry FROM attempt WHERE outcome IS NULL",
        "SELECT * FROM foreign_update f WHERE f.conversation = ? AND f.is_waiting = 1",
    ])
    func theHotPathIsServedByIndexes(sql: String) async throws {
        let temporary = try TemporaryStore()
        let plan = try await temporary.plan(of: sql)
        for step in plan {
            // A subquery that is counted has read its rows by an index itself.
            #expect(!step.hasPrefix("SCAN") || step.contains("USING") || step.hasPrefix("SCAN (subquery"), "\(step)")
            #expect(!step.contains("TEMP B-TREE"), "\(step)")
        }
    }
}
