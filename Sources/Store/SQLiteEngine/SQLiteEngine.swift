import Foundation
import GRDB

/// The engine of one SQLite file. Its folder is the only place that knows GRDB.
///
/// One connection writes, and commits steps in groups; up to four read beside it.
package final class SQLiteEngine: Sendable {
    private let database: SQLiteDatabase
    private let writes: GroupCommit
    /// The lock that keeps other daemons away; `nil` if this engine is not the daemon's.
    private let lock: StoreLock?

    /// Opens the database at `path` for the daemon, creates or migrates it as needed, and keeps other daemons from it.
    ///
    /// - Throws: ``StoreError`` if the database can't be opened, belongs to another program or a newer replyd, or is in
    ///   use.
    init(path: String, changes: OutboxChanges) throws(StoreError) {
        try Self.checkKind(path)
        lock = try StoreLock(database: path)
        let connections = SQLiteConnections()
        do {
            let pool = try DatabasePool(path: path, configuration: Self.configuration(connections))
            try SQLiteSchema.prepare(pool, path: path)
            let checkpointer = try Checkpointer(path: path)
            pool.writeWithoutTransaction { db in checkpointer.watch(db) }
            database = SQLiteDatabase(pool, connections, checkpointer: checkpointer)
        } catch {
            throw StoreError(error, opening: path)
        }
        writes = GroupCommit(database, files: try DatabaseFiles(path: path), changes: changes)
    }

    /// Opens the database of a daemon that may be running, to read it and to change single rows. Takes no lock and
    /// creates nothing. If `isReadOnly` is true, every write fails.
    ///
    /// - Throws: ``StoreError`` if the database is missing, can't be read or opened, belongs to another program, or was
    ///   written by an older or newer replyd.
    init(besideDaemonAt path: String, isReadOnly: Bool, changes: OutboxChanges) throws(StoreError) {
        lock = nil
        guard access(path, R_OK) == 0 else { throw errno == EACCES ? .forbidden(path: path) : .missing(path: path) }
        try Self.checkKind(path)
        if let process = StoreLock.holderByAnotherName(database: path) {
            throw .cannotOpen(
                path: path, why: "process \(process) uses it by another name (a hard link); use that name")
        }
        let connections = SQLiteConnections()
        do {
            var configuration = Self.configuration(connections)
            configuration.readonly = isReadOnly
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { db in
                try SQLiteSchema.check(db, path: path)
                guard try SQLiteSchema.migrator.hasCompletedMigrations(db) else { throw StoreError.older(path: path) }
            }
            try queue.writeWithoutTransaction { db in
                guard !isReadOnly else { return }
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // Erased data must not remain in the file.
                try db.execute(sql: "PRAGMA secure_delete = ON")
            }
            database = SQLiteDatabase(queue, connections)
            writes = GroupCommit(database, files: try DatabaseFiles(path: path), changes: changes)
        } catch {
            throw StoreError(error, opening: path)
        }
    }

    /// Opens a database on a simulated disk. The caller itself does each step, because the simulation must know the
    /// order of events.
    ///
    /// - Parameters:
    ///   - settings: The statements that each connection begins with.
    ///   - trace: Called with each statement that runs.
    ///   - faults: The faults of transactions; called before each commit.
    /// - Throws: ``StoreError`` if the database can't be opened or prepared.
    init(
        simulatedAt path: String, settings: [String], trace: (@Sendable (String) -> Void)?,
        faults: (@Sendable () -> CommitFault?)?, changes: OutboxChanges
    ) throws(StoreError) {
        lock = nil
        let connections = SQLiteConnections()
        do {
            var configuration = Configuration()
            configuration.prepareDatabase { db in
                connections.add(db)
                for setting in settings { try db.execute(sql: setting) }
                if let trace { db.trace { trace($0.description) } }
            }
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try SQLiteSchema.prepare(queue, path: path)
            database = SQLiteDatabase(queue, connections)
        } catch {
            throw StoreError(error, opening: path)
        }
        writes = GroupCommit(database, files: nil, changes: changes, faults: faults)
    }

    /// Throws ``StoreError/cannotOpen(path:why:)`` if the path leads to something that is no regular file: opening a
    /// pipe would wait for a process that writes to it.
    private static func checkKind(_ path: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw .cannotOpen(path: path, why: "it is a folder")
        default: throw .cannotOpen(path: path, why: "it is no regular file")
        }
    }

    private static func configuration(_ connections: SQLiteConnections) -> Configuration {
        var configuration = Configuration()
        configuration.label = "replyd"
        // In seconds. The provider waits five for an answer to its webhook, and two steps may have to be waited for in
        // a row.
        configuration.busyMode = .timeout(2)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            connections.add(db)
            // A negative value is in kibibytes; the hot pages of a large database fit in 8 MiB.
            try db.execute(sql: "PRAGMA cache_size = -8192")
        }
        return configuration
    }

    /// Runs a step when it has its turn, and finishes it once it is on disk.
    func perform(_ step: sending Step, for purpose: StepQueue.Purpose) { writes.perform(step, for: purpose) }

    var waiting: Int { writes.waiting }

    func setBehind(_ accounts: Set<String>) { writes.setBehind(accounts) }

    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return writes.isSynchronous
                ? try readNow(body)
                : try await database.writer.read { [database] db in
                    try body(Connection(kind: .sqlite(database.connection(of: db))))
                }
        } catch {
            throw StoreError(error)
        }
    }

    func readNow<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        // Nothing else runs meanwhile, so no transaction is needed.
        try database.writer.unsafeRead { db in
            let connection = try database.connection(of: db)
            let before = connection.allChangesCount
            let result = try body(Connection(kind: .sqlite(connection)))
            assert(connection.allChangesCount == before, "a read has written")
            return result
        }
    }

    /// Closes the database, with all data in its one file.
    func close() {
        // Without the checkpoint, the latest data may be in the WAL alone, and a copy of the one file would lack it.
        database.checkpointer?.queue.sync {}
        try? database.writer.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        abandon()
    }

    /// Closes the database as it is.
    func abandon() { database.close() }

    // MARK: Upkeep

    /// Copies the database to a new file, while a daemon goes on writing.
    ///
    /// The file is created first, empty and readable by its owner alone, and written to after that. If SQLite created
    /// it, it would have the permissions of the process's umask until the copy is done, and the file holds customers'
    /// texts. A copy that fails leaves no file.
    func backup(to path: String) async throws(StoreError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw .cannotOpen(
                path: path,
                why: errno == EEXIST
                    ? "there is such a file already; a backup overwrites nothing" : String(cString: strerror(errno)))
        }
        fchmod(descriptor, 0o600)
        Foundation.close(descriptor)
        do {
            // The copy is the view of one transaction, without the WAL and without gaps; SQLite accepts an empty file
            // as if there were none (sqlite.org/lang_vacuum.html).
            try await database.writer.writeWithoutTransaction { db in
                try db.execute(sql: "VACUUM INTO ?", arguments: [path])
            }
        } catch {
            unlink(path)
            throw StoreError(error)
        }
    }

    /// Returns the damage that SQLite finds in the file. Reads the whole file.
    func damage() async throws(StoreError) -> [String] {
        do {
            let found = try await read { db in try db.all("PRAGMA quick_check(5)") { $0.text(0) } }
            return found.filter { $0 != "ok" }
        } catch .damaged(let what) {
            return [what]
        }
    }

    /// Empties the WAL: it would keep erased data until the next checkpoint. A reader may block that for a moment; the
    /// daemon's next checkpoint does the same.
    func erase() async {
        _ = try? await database.writer.writeWithoutTransaction { db in try db.checkpoint(.truncate) }
    }
}
