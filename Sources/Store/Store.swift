import Foundation
import Responder
import Synchronization

/// The database with all of replyd's data: inbox, conversations, decisions, outbox and attempts.
///
/// Each method that writes is one step of the pipeline, and returns once that step is on disk.
public final class Store: Sendable {
    /// The path of the database.
    public let path: String
    let engine: Engine
    // Recently stored values are likely to be read again soon: by the next message of the conversation, and by each
    // step of sending.
    let memories = DecodedJSON<Memory>(limit: 512)
    private let unreadable = Mutex<@Sendable (Int64) -> Void>({ _ in })
    let outgoings = DecodedJSON<Outgoing>(limit: 1024)
    let changes = OutboxChanges()

    /// Opens the database at `path` for the daemon, creates or migrates it as needed, and keeps other daemons from it.
    ///
    /// - Throws: ``StoreError`` if the database can't be opened, belongs to another program or a newer replyd, or is in
    ///   use.
    public init(path: String) throws(StoreError) {
        self.path = path
        engine = .sqlite(try SQLiteEngine(path: path, changes: changes))
    }

    /// Opens the database of a daemon that may be running, to read it and to change single rows. Takes no lock and
    /// creates nothing. If `isReadOnly` is true, every write fails.
    ///
    /// - Throws: ``StoreError`` if the database is missing, can't be read or opened, belongs to another program, or was
    ///   written by an older or newer replyd.
    public init(besideDaemonAt path: String, isReadOnly: Bool = false) throws(StoreError) {
        self.path = path
        engine = .sqlite(try SQLiteEngine(besideDaemonAt: path, isReadOnly: isReadOnly, changes: changes))
    }

    /// Opens a database on a simulated disk. The caller itself does each step, because the simulation must know the
    /// order of events.
    ///
    /// - Parameters:
    ///   - settings: The statements that each connection begins with.
    ///   - trace: Called with each statement that runs.
    ///   - faults: The faults of transactions; called before each commit.
    /// - Throws: ``StoreError`` if the database can't be opened or prepared.
    package init(
        simulatedAt path: String, settings: [String] = [], trace: (@Sendable (String) -> Void)? = nil,
        faults: (@Sendable () -> CommitFault?)? = nil
    ) throws(StoreError) {
        self.path = path
        engine = .sqlite(
            try SQLiteEngine(simulatedAt: path, settings: settings, trace: trace, faults: faults, changes: changes))
    }

    /// Closes the database, with all data in its one file. Later calls fail.
    public func close() { engine.close() }

    /// Closes the database as it is. Later calls fail.
    package func abandon() {
        switch engine {
        case .sqlite(let engine): engine.abandon()
        }
    }

    /// Runs `body` as one step that is on disk when this returns. `body` may be run more than once: it changes nothing
    /// but the database, the list of changes, and the caches of decoded values, which are true whatever becomes of it.
    ///
    /// - Parameters:
    ///   - subject: The conversations that the step changes; they are locked before `body` looks at them. A step that only
    ///     finds out which they are locks them itself.
    ///   - purpose: Whether a new event is taken in, or a stored one moves on; what people do by hand moves on, too.
    ///   - weight: The number of events that are taken in.
    ///   - sentAt: The moment at which the message that is taken in was sent; messages that arrive together are ordered by
    ///     it.
    ///   - rerun: What to do if the answer to the commit is lost.
    func write<Result: Sendable>(
        about subject: Connection.Subject, for purpose: StepQueue.Purpose = .intake(nil), weight: Int = 1,
        sentAt: Timestamp? = nil, rerun: Rerun<Result>, _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        let isDone: (@Sendable (Connection, Result) throws -> Bool)? =
            switch rerun {
            case .harmless: nil
            case .unless(let isDone):
                { db, result in
                    try db.lock(subject)
                    return try isDone(db, result)
                }
            }
        return try await engine.perform(for: purpose, weight: weight, sentAt: sentAt, isDone: isDone) { db in
            try db.lock(subject)
            return try body(db)
        }
    }

    /// Returns the process that serves from a database; `nil` if none does.
    public static func servingProcess(database path: String) -> Int32? { StoreLock.holder(database: path) }

    /// Sets the accounts of which more is ready to be sent than can be; their new messages are taken in more slowly.
    public func setBehind(_ accounts: Set<String>) { engine.setBehind(accounts) }

    /// Sets the closure that is called with the changes of each transaction to the outbox, in the order of commits. It is
    /// called on the writer's thread, before the callers of the steps have their results, so it must be quick.
    public func onOutboxChanges(_ listener: @escaping @Sendable ([OutboxChange]) -> Void) {
        changes.listen(listener)
    }

    /// Reads one state of the database, without waiting for steps.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        try await engine.read(body)
    }

    /// Reads the database of a simulation at once.
    package func look<Result>(_ body: (Connection) throws -> Result) throws -> Result {
        switch engine {
        case .sqlite(let engine): try engine.readNow(body)
        }
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
