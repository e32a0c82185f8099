import Foundation
public import GRDB
public import Responder
import Synchronization

/// Everything replyd knows, in one SQLite database: inbox, conversations, decisions, outbox, attempts.
///
/// Each method that writes is one step of the pipeline and returns once that step is on disk.
public final class Store: Sendable {
    /// Where the database is.
    public let path: String
    let database: any DatabaseWriter
    let writes: GroupCommit
    // What was stored lately is likely to be read again soon: by the next message of the conversation, and by each step of
    // sending.
    let memories = DecodedJSON<Memory>(limit: 512)
    private let unreadable = Mutex<@Sendable (Int64) -> Void>({ _ in })
    let outgoings = DecodedJSON<Outgoing>(limit: 1024)
    /// nil where the database is nobody else's anyway.
    private let lock: StoreLock?
    /// nil for all but the daemon's.
    private let checkpointer: Checkpointer?

    /// Opens the database at `path`, making or migrating it as needed, and keeps other daemons from it.
    public init(path: String) throws(StoreError) {
        try Self.checkKind(path)
        self.path = path
        lock = try StoreLock(database: path)
        do {
            // SQLite makes its side files with the permissions of the database; nobody else is to read customers' texts.
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw StoreError.cannotOpen(path: path, why: String(cString: strerror(errno)))
            }
            Foundation.close(descriptor)
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
        writes = GroupCommit(database, files: try DatabaseFiles(path: path), checkpointer: checkpointer)
    }

    /// Opens the database of a daemon that may be running, to look into it and to change single rows: takes no lock,
    /// makes nothing. Where it is read only, whatever would write fails.
    public init(besideDaemonAt path: String, isReadOnly: Bool = false) throws(StoreError) {
        lock = nil
        checkpointer = nil
        self.path = path
        guard access(path, R_OK) == 0 else { throw errno == EACCES ? .forbidden(path: path) : .missing(path: path) }
        try Self.checkKind(path)
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
                // What is erased must not linger in the file.
                try db.execute(sql: "PRAGMA secure_delete = ON")
            }
            writes = GroupCommit(database, files: try DatabaseFiles(path: path))
        } catch let error as DatabaseError where error.resultCode == .SQLITE_NOTADB {
            throw .foreign(path: path)
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CANTOPEN {
            throw .cannotOpen(path: path, why: error.message ?? "no details")
        } catch {
            throw StoreError(error)
        }
    }

    /// Throws where something is there that is no file: to open a pipe would be to wait for whoever writes into it.
    private static func checkKind(_ path: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw .cannotOpen(path: path, why: "it is a folder")
        default: throw .cannotOpen(path: path, why: "it is no regular file")
        }
    }

    /// Tells the daemon that serves from this database to look into the outbox; false where none runs.
    public static func wakeDaemon(ofDatabase path: String) -> Bool {
        StoreLock.owner(ofDatabase: path).map { kill($0, SIGUSR1) == 0 } ?? false
    }

    /// A store in a database that is open already, on a disk of its own, where each step is done by whoever asks for it:
    /// the simulation must know what happens when.
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
        writes = GroupCommit(database, files: nil)
    }

    private static func prepare(_ database: any DatabaseWriter, path: String) throws {
        try database.read { db in try check(db, path: path) }
        try Schema.migrator.migrate(database)
        // GRDB opens WAL databases with NORMAL, which may lose the last commits in a power cut.
        try database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA synchronous = FULL") }
    }

    /// Closes the database, with everything in its one file. Whatever is called afterwards fails.
    public func close() {
        // Otherwise what was written last may be in the WAL alone, and a copy of the one file would lack it.
        checkpointer?.queue.sync {}
        try? database.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        try? database.close()
        checkpointer?.close()
    }

    private static var configuration: Configuration {
        var configuration = Configuration()
        configuration.label = "replyd"
        // Seconds; the provider waits five for an answer to its webhook, and two writes may be waited for in a row.
        configuration.busyMode = .timeout(2)
        configuration.maximumReaderCount = 4
        configuration.prepareDatabase { db in
            // Kibibytes; the hot pages of a large database fit in 8 MiB.
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
    /// - Parameter sentAt: When the message was sent that is taken in: those that arrive together go by it.
    func write<Result: Sendable>(
        for purpose: GroupCommit.Purpose = .intake, sentAt: Timestamp? = nil,
        _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(StoreError) -> Result {
        try await writes.perform(for: purpose, sentAt: sentAt, body)
    }

    /// Says whether more is ready to be sent than can be; new messages are taken in more slowly meanwhile.
    public func noteSending(isBehind: Bool) { writes.setBehind(isBehind) }

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
        // Nothing else goes on meanwhile. A transaction that can't write would be compiled anew each time, and all other
        // statements after it.
        try database.unsafeRead(body)
    }

    /// Has `tell` called with the number of each conversation whose memory can't be read, when it is needed.
    public func onUnreadableMemory(_ tell: @escaping @Sendable (Int64) -> Void) {
        unreadable.withLock { $0 = tell }
    }

    /// What is stored of a conversation; what can't be read must not stop the daemon. Whether the contact has opted
    /// out nobody knows then: it is taken to have.
    func memory(_ json: String, of conversation: Int64) -> Memory {
        do {
            return try memories.value(of: json)
        } catch {
            unreadable.withLock { $0 }(conversation)
            return Memory(isOptedOut: true)
        }
    }
}
