import Foundation
import GRDB
import Testing

@testable import Store

@Suite struct CheckpointerTests {
    /// A database with one table, and the size of its WAL.
    private final class Files {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-wal-\(UUID().uuidString)")
        let database: DatabasePool
        var path: String { folder.appendingPathComponent("a.sqlite").path }

        init() throws {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            database = try DatabasePool(path: folder.appendingPathComponent("a.sqlite").path)
            try database.write { db in try db.execute(sql: "CREATE TABLE line (text TEXT)") }
        }

        deinit { try? FileManager.default.removeItem(at: folder) }

        /// Writes rows, each of a page or more.
        func write(_ count: Int) throws {
            for _ in 0..<count {
                try database.writeWithoutTransaction { db in
                    try db.execute(sql: "INSERT INTO line VALUES (?)", arguments: [String(repeating: "x", count: 4000)])
                }
            }
        }

        /// Returns the number of rows in the database file without its WAL.
        func moved() throws -> Int {
            let copy = folder.appendingPathComponent("\(UUID().uuidString).sqlite").path
            try FileManager.default.copyItem(atPath: path, toPath: copy)
            return try DatabaseQueue(path: copy).read { db in
                try db.tableExists("line") ? try Int.fetchOne(db, sql: "SELECT count(*) FROM line") ?? 0 : 0
            }
        }

        func pagesInWAL() throws -> Int {
            let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int ?? 0
            return size / (4096 + 24)
        }
    }

    @Test func whatIsCommittedIsMovedBesideTheWriter() async throws {
        let files = try Files()
        let checkpointer = try Checkpointer(path: files.path, share: 10, limit: .max)
        try await files.database.writeWithoutTransaction { db in checkpointer.watch(db) }
        try files.write(100)
        checkpointer.queue.sync {}
        #expect(try files.moved() >= 1)
        try files.database.close()
        checkpointer.close()
    }

    @Test func whereNobodyComesToMoveItTheWriterKeepsTheWALFromGrowing() async throws {
        let files = try Files()
        let checkpointer = try Checkpointer(path: files.path, share: 10, limit: 50)
        try await files.database.writeWithoutTransaction { db in checkpointer.watch(db) }
        checkpointer.queue.suspend()
        try files.write(500)
        #expect(try files.pagesInWAL() < 100)
        #expect(try files.moved() >= 400)
        checkpointer.queue.resume()
        try files.database.close()
        checkpointer.close()
    }
}
