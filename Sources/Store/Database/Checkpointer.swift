import Dispatch
import GRDB
import GRDBSQLite
import Synchronization

/// Moves what was committed from the WAL into the database, beside the writer.
///
/// Left to itself SQLite does so within every commit that finds a thousand pages in the WAL: whoever waits for that commit
/// then waits for the syncing of the whole database too.
final class Checkpointer: Sendable {
    /// So many more pages in the WAL, of 4 KiB mostly, are worth going for. The more at once, the longer commits wait while
    /// the disk is busy with them: in a large database each lies elsewhere.
    private let share: Int32
    /// While the writer never rests, something in the WAL is always left, and it never begins anew. Of a WAL of this many
    /// pages the writer moves what is left itself.
    private let limit: Int32
    private let database: DatabaseQueue
    let queue = DispatchQueue(label: "replyd.checkpoint")
    private let isUnderWay = Atomic(false)
    private let moved = Atomic<Int32>(0)

    init(path: String, share: Int32 = 500, limit: Int32 = 16_000) throws {
        self.share = share
        self.limit = limit
        database = try DatabaseQueue(path: path)
        // Before the WAL begins anew all that it held must be on disk elsewhere.
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    }

    /// Has each commit of the writer's connection say how much there is in the WAL, instead of SQLite's own way.
    func watch(_ writer: Database) {
        sqlite3_wal_hook(
            writer.sqliteConnection,
            { context, connection, name, pages in
                guard let context else { return SQLITE_OK }
                let checkpointer = Unmanaged<Checkpointer>.fromOpaque(context).takeUnretainedValue()
                if checkpointer.mustMove(pages) {
                    sqlite3_wal_checkpoint_v2(connection, name, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
                }
                // What can't be moved now can be later; the commit itself is done.
                return SQLITE_OK
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// Goes for what is in the WAL where that is worth it; true where the writer has to do it.
    private func mustMove(_ pages: Int32) -> Bool {
        let known = moved.load(ordering: .relaxed)
        // It has begun anew.
        if pages < known { moved.store(0, ordering: .relaxed) }
        if pages >= limit { return true }
        guard pages - (pages < known ? 0 : known) >= share,
            !isUnderWay.exchange(true, ordering: .acquiring)
        else { return false }
        moved.store(pages, ordering: .relaxed)
        queue.async { [self] in
            try? database.writeWithoutTransaction { db in _ = try db.checkpoint(.passive) }
            isUnderWay.store(false, ordering: .releasing)
        }
        return false
    }

    /// Ends what is under way. The writer's connection must have been closed before, or commit nothing more.
    func close() {
        queue.sync {}
        try? database.close()
    }
}
