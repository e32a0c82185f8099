import GRDB
import Synchronization

/// Runs steps one after another. Steps that arrive together share one transaction, and so one fsync.
///
/// Without other steps, a step is committed at once. Under load, each commit includes all steps that arrived during the
/// one before. A step is answered only after the commit that holds it.
final class GroupCommit: Sendable {
    private struct State {
        var queue = StepQueue()
        var isDraining = false
    }

    private let database: SQLiteDatabase
    private let state = Mutex(State())

    /// The files of the database; `nil` for a simulated database, which has none.
    private let files: DatabaseFiles?

    /// The changes to the outbox, which are announced after each commit.
    private let changes: OutboxChanges

    /// What happens to the transactions of a simulated database.
    private let faults: (@Sendable () -> CommitFault?)?

    init(
        _ database: SQLiteDatabase, files: DatabaseFiles?, changes: OutboxChanges,
        faults: (@Sendable () -> CommitFault?)? = nil
    ) {
        self.database = database
        self.files = files
        self.changes = changes
        self.faults = faults
    }

    /// Whether the caller itself does each step, one by one.
    var isSynchronous: Bool { files == nil }

    /// Sets the accounts of which more is ready to be sent than can be. Their new events are taken in no faster than
    /// answers are sent. Otherwise a flood of messages would keep everybody from being answered.
    func setBehind(_ accounts: Set<String>) { state.withLock { $0.queue.behind = accounts } }

    /// The number of steps that wait for the one that is running.
    var waiting: Int { state.withLock { $0.queue.count } }

    /// A step that one caller creates and the writer's queue runs; nothing touches it in between.
    private struct SentStep: @unchecked Sendable {
        let step: Step
    }

    /// Runs a step when it has its turn, and finishes it once it is on disk. An error rolls back only the writes of the
    /// step itself.
    func perform(_ step: sending Step, for purpose: StepQueue.Purpose) {
        let sent = SentStep(step: step)
        let mustStart = state.withLock { state in
            state.queue.append(sent.step, for: purpose)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        guard mustStart else { return }
        if isSynchronous {
            database.writer.writeWithoutTransaction { db in drain(db) }
        } else {
            database.writer.asyncWriteWithoutTransaction { db in self.drain(db) }
        }
    }

    private func drain(_ db: Database) {
        let connection: SQLiteConnection
        do {
            connection = try database.connection(of: db)
        } catch {
            let rest = state.withLock { state -> [SentStep] in
                state.isDraining = false
                return state.queue.takeAll().map(SentStep.init)
            }
            for sent in rest { sent.step.finish(StoreError(error)) }
            return
        }
        while true {
            let batch = state.withLock { state -> [SentStep] in
                let batch = state.queue.takeBatch().map(SentStep.init)
                if batch.isEmpty { state.isDraining = false }
                return batch
            }
            if batch.isEmpty { return }
            let steps = batch.map(\.step)
            let failure = faults.map { commit(steps, connection, with: $0) } ?? commit(steps, connection)
            // The steps that came meanwhile have waited as long. They fail at once: a webhook must learn in time that
            // nothing can be stored.
            if failure == .busy {
                let waited = state.withLock { $0.queue.takeAll().map(SentStep.init) }
                for sent in waited { sent.step.finish(.busy) }
            }
        }
    }

    /// Runs and finishes the steps; returns the error if nothing could be written at all.
    ///
    /// Failures of single steps are rare, and a savepoint around each one costs up to a fifth of its work. So if one
    /// fails, all are rolled back, and each gets a transaction of its own.
    private func commit(_ steps: [Step], _ connection: SQLiteConnection) -> StoreError? {
        let db = Connection(kind: .sqlite(connection))
        var hasFailed = false
        do {
            try files?.check()
            try db.run("BEGIN IMMEDIATE TRANSACTION")
            for step in steps {
                let failure = step.run(db)
                // After a full disk or an I/O error SQLite has rolled back everything.
                guard connection.isInTransaction else {
                    throw failure ?? StoreError.failed("the transaction was rolled back")
                }
                guard failure == nil else {
                    hasFailed = true
                    break
                }
            }
            try db.run(hasFailed ? "ROLLBACK TRANSACTION" : "COMMIT TRANSACTION")
            if hasFailed { changes.forget() } else { changes.announce() }
        } catch {
            return fail(steps, error, connection)
        }
        guard hasFailed, steps.count > 1 else {
            for step in steps { step.finish(nil) }
            return nil
        }
        for (place, step) in steps.enumerated() {
            guard let failure = commit([step], connection) else { continue }
            for rest in steps[(place + 1)...] { rest.finish(failure) }
            return failure
        }
        return nil
    }

    private func fail(_ steps: [Step], _ error: any Error, _ connection: SQLiteConnection) -> StoreError {
        changes.forget()
        if connection.isInTransaction { try? Connection(kind: .sqlite(connection)).run("ROLLBACK TRANSACTION") }
        let failure = StoreError(error)
        for step in steps { step.finish(failure) }
        return failure
    }
}

// MARK: Simulated databases

/// A fault of a simulated database at the end of a transaction, such as databases behind a network have.
package enum CommitFault: Sendable {
    /// The transaction is rolled back: it met another one.
    case refused
    /// Nobody learns whether the transaction was committed.
    case unanswered(isCommitted: Bool)
}

extension GroupCommit {
    /// The number of times that a step is run, at the most.
    private static let runs = 5

    /// Runs and finishes the steps, each in a transaction of its own that may have a fault. The last run has none.
    private func commit(
        _ steps: [Step], _ connection: SQLiteConnection, with faults: () -> CommitFault?
    ) -> StoreError? {
        let db = Connection(kind: .sqlite(connection))
        var failure: StoreError?
        for step in steps { failure = commit(step, db, connection, with: faults) }
        return failure
    }

    private func commit(
        _ step: Step, _ db: Connection, _ connection: SQLiteConnection, with faults: () -> CommitFault?
    ) -> StoreError? {
        var isInDoubt = false
        for run in 1...Self.runs {
            do {
                try db.run("BEGIN IMMEDIATE TRANSACTION")
                let isDone = isInDoubt ? try step.isDone(db) : false
                if isInDoubt, isDone == false { changes.dropAside() }
                if isDone != true, let failure = step.run(db) {
                    guard connection.isInTransaction else { throw failure }
                    try db.run("ROLLBACK TRANSACTION")
                    changes.forget()
                    step.finish(nil)
                    return nil
                }
                if isInDoubt, isDone != false { try changes.restore(db) }
                switch run < Self.runs ? faults() : nil {
                case nil:
                    try db.run("COMMIT TRANSACTION")
                    changes.announce()
                    step.finish(nil)
                    return nil
                case .refused:
                    try db.run("ROLLBACK TRANSACTION")
                    changes.rollBack()
                case .unanswered(let isCommitted):
                    try db.run(isCommitted ? "COMMIT TRANSACTION" : "ROLLBACK TRANSACTION")
                    isInDoubt = true
                    if isDone == true { changes.rollBack() } else { changes.putAside() }
                }
            } catch {
                return fail([step], error, connection)
            }
        }
        return nil
    }
}
