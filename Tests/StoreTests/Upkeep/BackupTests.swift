import DatabaseFile
import Foundation
import Synchronization
import Testing

@testable import Store

@Suite struct BackupTests {
    /// The permissions that a file has had.
    private final class SeenModes: Sendable {
        private let modes = Mutex<Set<mode_t>>([])
        private let isOver = Mutex(false)

        var all: Set<mode_t> { modes.withLock { $0 } }

        /// Looks at the file again and again, on a thread of its own, until ``stop()``. Returns once that thread runs.
        func watch(_ path: String) async {
            await withCheckedContinuation { begun in
                Thread {
                    begun.resume()
                    while !self.isOver.withLock({ $0 }) {
                        var status = stat()
                        if stat(path, &status) == 0 { self.modes.withLock { _ = $0.insert(status.st_mode & 0o777) } }
                    }
                }.start()
            }
        }

        func stop() { isOver.withLock { $0 = true } }
    }

    @Test func onlyItsOwnerMayReadABackupFromItsFirstByteOn() async throws {
        let temporary = try TemporaryStore()
        // Enough data for many looks during the copy.
        try await temporary.store.write { db in
            try db.run("CREATE TABLE filler (text BLOB)")
            for _ in 0..<20 { try db.run("INSERT INTO filler VALUES (randomblob(1000000))") }
        }
        let path = temporary.folder.appendingPathComponent("copy.sqlite").path
        let modes = SeenModes()
        await modes.watch(path)
        try await temporary.store.backup(to: path)
        modes.stop()
        #expect(modes.all == [0o600])
        let copied = try DatabaseFile(path).texts("SELECT count(*) FROM filler")
        #expect(copied == ["20"])
    }

    @Test func aBackupOverwritesNothing() async throws {
        let temporary = try TemporaryStore()
        let path = temporary.folder.appendingPathComponent("copy.sqlite").path
        try Data("mine".utf8).write(to: URL(filePath: path))
        await #expect(
            throws: StoreError.cannotOpen(
                path: path, why: "there is such a file already; a backup overwrites nothing")
        ) { try await temporary.store.backup(to: path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "mine")
    }

    @Test func ofABackupThatFailsNothingIsLeft() async throws {
        let temporary = try TemporaryStore()
        temporary.store.close()
        let path = temporary.folder.appendingPathComponent("copy.sqlite").path
        await #expect(throws: StoreError.self) { try await temporary.store.backup(to: path) }
        #expect(!FileManager.default.fileExists(atPath: path))
    }
}
