import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Moves committed pages from the WAL into the database, beside the writer.
///
/// By default SQLite does so within every commit that finds a thousand pages in the WAL. A client that waits for that
/// commit then also waits for the syncing of the whole database.
final class Checkpointer: Sendable {
    /// The number of new pages in the WAL, mostly of 4 KiB, that starts a checkpoint. The more pages at once, the
    /// longer commits wait while the disk is busy with them: in a large database each page is elsewhere on the disk.
    private let share: Int32
    /// The number of pages in the WAL at which the writer runs the checkpoint itself. While the writer never rests, the
    /// WAL is never empty and so never begins anew.
    private let limit: Int32
    private let database: DatabaseQueue
    let queue = DispatchQueue(label: "replyd.checkpoint")
    private let isInFlight = Atomic(false)
    private let moved = Atomic<Int32>(0)

    init(path: String, share: Int32 = 500, limit: Int32 = 16_000) throws {
        self.share = share
        self.limit = limit
        database = try DatabaseQueue(path: path)
        // All pages of the WAL must be on disk elsewhere before it begins anew.
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    }

    /// Has each commit of the writer's connection report the size of the WAL, and replaces SQLite's own checkpoints.
    func watch(_ writer: Database) {
        sqlite3_wal_hook(
            writer.sqliteConnection,
            { context, connection, name, pages in
                guard let context else { return SQLITE_OK }
                let checkpointer = Unmanaged<Checkpointer>.fromOpaque(context).takeUnretainedValue()
                if checkpointer.mustMove(pages) {
                    sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                }
                // Pages that can't be moved now can be moved later; the commit itself is done.
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Starts a checkpoint if there are enough new pages; returns true if the writer must run it.
    private func mustMove(_ pages: Int32) -> Bool {
        let known = moved.load(ordering: .relaxed)
        // The WAL has begun anew.
        if pages < known { moved.store(0, ordering: .relaxed) }
        if pages >= limit { return true }
        guard pages - (pages < known ? 0 : known) >= share,
            !isInFlight.exchange(true, ordering: .acquiring)
        else { return false }
        moved.store(pages, ordering: .relaxed)
        queue.async { [self] in
            try? database.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
            isInFlight.store(false, ordering: .releasing)
        }
        return false
    }

    /// Waits for a checkpoint in flight and closes the connection. The writer's connection must have been closed
    /// before, or commit nothing more.
    func close() {
        queue.sync {}
        try? database.close()
    }
}
