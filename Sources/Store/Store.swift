import Foundation
public import GRDB
public import Responder
import Synchronization

/// The SQLite database with all of replyd's data: inbox, conversations, decisions, outbox and attempts.
///
/// Each method that writes is one step of the pipeline, and returns once that step is on disk.
public final class Store: Sendable {
    /// The path of the database.
    public let path: String
    let database: any DatabaseWriter
    let writes: GroupCommit
    // Recently stored values are likely to be read again soon: by the next message of the conversation, and by each
    // step of sending.
    let memories = DecodedJSON<Memory>(limit: 512)
    private let unreadable = Mutex<@Sendable (Int64) -> Void>({ _ in })
    let outgoings = DecodedJSON<Outgoing>(limit: 1024)
    let changes = OutboxChanges()
    /// The lock that keeps other daemons away; `nil` if this store is not the daemon's.
    private let lock: StoreLock?
    /// The checkpointer; `nil` if this store is not the daemon's.
    private let checkpointer: Checkpointer?

    /// Opens the database at `path` for the daemon, creates or migrates it as needed, and keeps other daemons from it.
    ///
    /// - Throws: ``StoreError`` if the database can't be opened, belongs to another program or a newer replyd, or is in
    ///   use.
    public init(path: String) throws(StoreError) {
        try Self.checkKind(path)
        self.path = path
        lock = try StoreLock(database: path)
        do {
            database = try DatabasePool(path: path, configuration: Self.configuration)
            try Self.prepare(database, path: path)
            let checkpointer = try Checkpointer(path: path)
            database.writeWithoutTransaction { db in checkpointer.watch(db) }
            self.checkpointer = checkpointer
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .cannotOpen(path: path, why: error.message ?? "no details")
        } catch {
            throw StoreError(error)
        }
        writes = GroupCommit(
            database, files: try DatabaseFiles(path: path), changes: changes, checkpointer: checkpointer)
    }

    /// Opens the database of a daemon that may be running, to read it and to change single rows. Takes no lock and
    /// creates nothing. If `isReadOnly` is true, every write fails.
    ///
    /// - Throws: ``StoreError`` if the database is missing, can't be read or opened, belongs to another program, or was
    ///   written by an older or newer replyd.
    public init(besideDaemonAt path: String, isReadOnly: Bool = false) throws(StoreError) {
        lock = nil
        checkpointer = nil
        self.path = path
        guard access(path, R_OK) == 0 else { throw errno == EACCES ? .forbidden(path: path) : .missing(path: path) }
        try Self.checkKind(path)
        if let process = StoreLock.holderByAnotherName(database: path) {
            throw .cannotOpen(
                path: path, why: "process \(process) uses it by another name (a hard link); use that name")
        }
        do {
            var configuration = Self.configuration
            configuration.readonly = isReadOnly
            database = try DatabaseQueue(path: path, configuration: configuration)
            try database.read { db in
                try Self.check(db, path: path)
                guard try Schema.migrator.hasCompletedMigrations(db) else { throw StoreError.older(path: path) }
            }
            try database.writeWithoutTransaction { db in
                guard !isReadOnly else { return }
                try db.execute(sql: "PRAGMA synchronous = FULL")
                // Erased data must not remain in the file.
                try db.execute(sql: "PRAGMA secure_delete = ON")
            }
            writes = GroupCommit(database, files: try DatabaseFiles(path: path), changes: changes)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .cannotOpen(path: path, why: error.message ?? "no details")
        } catch {
            throw StoreError(error)
        }
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

    /// Creates a store in a database that is already open, on a simulated disk. The caller itself does each step,
    /// because the simulation must know the order of events.
    ///
    /// - Throws: ``StoreError`` if the database can't be prepared.
    package init(simulatedOn database: any DatabaseWriter) throws(StoreError) {
        lock = nil
        checkpointer = nil
        path = "simulated"
        self.database = database
        do {
            try Self.prepare(database, path: "simulated")
        } catch {
            throw StoreError(error)
        }
        writes = GroupCommit(database, files: nil, changes: changes)
    }

    private static func prepare(_ database: any DatabaseWriter, path: String) throws {
        try database.read { db in try check(db, path: path) }
        try Schema.migrator.migrate(database)
        // GRDB opens WAL databases with `synchronous = NORMAL`, which may lose the last commits in a power cut.
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    }

    /// Closes the database, with all data in its one file. Later calls fail.
    public func close() {
        // Without the checkpoint, the latest data may be in the WAL alone, and a copy of the one file would lack it.
        checkpointer?.queue.sync {}
        try? database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try? database.close()
        checkpointer?.close()
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "replyd"
        // In seconds. The provider waits five for an answer to its webhook, and two writes may have to be waited for in
        // a row.
        configuration.busyMode = .timeout(2)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            // A negative value is in kibibytes; the hot pages of a large database fit in 8 MiB.
            try db.execute(sql: "PRAGMA cache_size = -8192")
        }
        return configuration
    }

    private static func check(_ db: Database, path: String) throws {
        let application = try Int32.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let isEmpty = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") == 0
        if application != Schema.applicationID, !isEmpty { throw StoreError.foreign(path: path) }
        if try Schema.migrator.hasBeenSuperseded(db) { throw StoreError.newer(path: path) }
    }

    /// Runs `body` as one step that is on disk when this returns.
    ///
    /// - Parameter sentAt: The moment at which the message that is taken in was sent; messages that arrive together are
    ///   ordered by it.
    func write<Result: Sendable>(
        for purpose: GroupCommit.Purpose = .intake(nil), sentAt: Timestamp? = nil,
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(StoreError) -> Result {
        try await writes.perform(for: purpose, sentAt: sentAt, body)
    }

    /// Returns the process that serves from a database; `nil` if none does.
    public static func servingProcess(database path: String) -> Int32? { StoreLock.holder(database: path) }

    /// Sets the accounts of which more is ready to be sent than can be; their new messages are taken in more slowly.
    public func setBehind(_ accounts: Set<String>) { writes.setBehind(accounts) }

    /// Sets the closure that is called with the changes of each transaction to the outbox, in the order of commits. It is
    /// called on the writer's thread, before the callers of the steps have their results, so it must be quick.
    public func onOutboxChanges(_ listener: @escaping @Sendable ([OutboxChange]) -> Void) {
        changes.listen(listener)
    }

    /// Reads without waiting for the writer.
    func read<Result: Sendable>(_ body: @escaping @Sendable (Database) throws -> Result) async throws(StoreError)
        -> Result
    {
        do {
            return writes.isSynchronous ? try readNow(body) : try await database.read(body)
        } catch {
            throw StoreError(error)
        }
    }

    private func readNow<Result>(_ body: (Database) throws -> Result) throws -> Result {
        // Nothing else runs meanwhile. A read-only transaction would be compiled anew each time, and so would all other
        // statements after it.
        try database.unsafeRead(body)
    }

    /// Sets the closure that is called with the number of each conversation whose memory is needed but can't be read.
    public func onUnreadableMemory(_ notify: @escaping @Sendable (Int64) -> Void) {
        unreadable.withLock { $0 = notify }
    }

    /// Returns the stored memory of a conversation. Memory that can't be read must not stop the daemon; because it is
    /// then unknown whether the contact has opted out, the contact counts as opted out.
    func memory(_ json: String, of conversation: Int64) -> Memory {
        do {
            return try memories.value(of: json)
        } catch {
            unreadable.withLock { $0 }(conversation)
            return Memory(isOptedOut: true)
        }
    }
}
