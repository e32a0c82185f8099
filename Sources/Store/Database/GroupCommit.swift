import DequeModule
import GRDB
import Responder
import Synchronization

/// Runs writes one after another. Writes that arrive together share one transaction, and so one fsync.
///
/// Without other writes, a write is committed at once. Under load, each commit includes all writes that arrived during
/// the one before. A write is answered only after the commit that holds it.
final class GroupCommit: Sendable {
    private struct Job {
        /// Does the work inside the transaction and keeps its result; returns the error if it fails. May be called
        /// again.
        var run: (Database) -> StoreError?
        /// Answers the caller, with an error if the transaction as a whole failed.
        var finish: (StoreError?) -> Void
        /// The moment at which the message that is taken in was sent; `nil` for other writes.
        var sentAt: Timestamp?
    }

    /// The purpose of a write.
    enum Purpose: Equatable {
        /// A new event of an account is taken in, or anything else is written; then the account is `nil`.
        case intake(String?)
        /// A stored event moves on: its answer is sent or settled. These writes go first: to take in more than can be
        /// answered helps nobody.
        case progress
    }

    /// The largest number of writes in one transaction. Each answer needs several writes, one after another: a long
    /// transaction makes all of them wait, a short one causes too many syncs.
    fileprivate static let batchLimit = 96
    /// The number of writes in a transaction that are reserved for new events, however many progress writes wait.
    fileprivate static let intakeShare = 24
    /// The number that replaces ``intakeShare`` for the events of accounts that are behind. It reserves space in the
    /// transaction; it does not set how many new events are taken in.
    fileprivate static let intakeShareBehind = 4

    /// The new events of one account, or all other writes that are no progress.
    private struct Line {
        var account: String?
        /// The writes, each with the number of its arrival.
        var jobs: Deque<(number: Int, job: Job)> = []
    }

    private struct State {
        /// The new events. There are as many lines as accounts have written.
        var intake: [Line] = []
        var intakeCount = 0
        /// The number of new events that have ever arrived.
        var arrivals = 0
        var progress: [Job] = []
        var isDraining = false
        /// The accounts of which more is ready to be sent than can be.
        var behind: Set<String> = []
        /// The number of answer steps that no new event of an account that is behind has been taken in for yet.
        var steps = 0

        var count: Int { intakeCount + progress.count }

        mutating func append(_ job: Job, for purpose: Purpose) {
            switch purpose {
            case .intake(let account):
                let line = intake.firstIndex { $0.account == account } ?? intake.endIndex
                if line == intake.endIndex { intake.append(Line(account: account)) }
                arrivals += 1
                intakeCount += 1
                intake[line].jobs.append((arrivals, job))
            case .progress: progress.append(job)
            }
        }

        private func isHeldBack(_ line: Line) -> Bool { line.account.map(behind.contains) ?? false }

        mutating func takeBatch() -> [Job] {
            let isHeldBack = behind.isEmpty ? intake.map { _ in false } : intake.map(isHeldBack)
            let heldBack = zip(intake, isHeldBack).reduce(0) { $0 + ($1.1 ? $1.0.jobs.count : 0) }
            let share = min(intakeCount - heldBack, intakeShare) + min(heldBack, intakeShareBehind)
            let onward = min(progress.count, batchLimit - min(share, intakeShare))
            // Each answer takes two steps, its attempt and the outcome. Half as many new events keep the balance, over
            // all batches. If no answer moves on at all, one new event is still taken in.
            steps = behind.isEmpty ? 0 : min(steps + onward, batchLimit)
            let balance = max(steps / 2, onward == 0 ? 1 : 0)
            let new = take(room: batchLimit - onward, balance: balance, isHeldBack)
            defer { progress.removeFirst(onward) }
            return progress.prefix(onward) + Self.inOrder(new)
        }

        /// Takes new events in the order of their arrival: at most `balance` of lines that are held back, and at most
        /// `room` of others.
        private mutating func take(room: Int, balance: Int, _ isHeldBack: [Bool]) -> [Job] {
            var (room, balance) = (room, balance)
            var taken: [Job] = []
            while true {
                var next: Int?
                for line in intake.indices where isHeldBack[line] ? balance > 0 : room > 0 {
                    guard let first = intake[line].jobs.first else { continue }
                    if next.flatMap({ intake[$0].jobs.first }).map({ first.number < $0.number }) ?? true { next = line }
                }
                guard let next, let first = intake[next].jobs.popFirst() else { return taken }
                if isHeldBack[next] {
                    balance -= 1
                    steps = max(steps - 2, 0)
                } else {
                    room -= 1
                }
                intakeCount -= 1
                taken.append(first.job)
            }
        }

        /// Orders messages that meet here by the time of sending: a later message of a contact may overtake an earlier
        /// one on its way, and then waits for it.
        private static func inOrder(_ jobs: [Job]) -> [Job] {
            let messages = jobs.indices.filter { jobs[$0].sentAt != nil }
            guard messages.count > 1 else { return jobs }
            let sorted = messages.sorted { left, right in
                guard let first = jobs[left].sentAt, let second = jobs[right].sentAt else { return left < right }
                return (first, left) < (second, right)
            }
            var ordered = jobs
            for (index, message) in zip(messages, sorted) { ordered[index] = jobs[message] }
            return ordered
        }

        mutating func takeAll() -> [Job] {
            defer {
                progress = []
                intake = []
                intakeCount = 0
            }
            let new = intake.flatMap(\.jobs).sorted { $0.number < $1.number }
            return progress + new.map(\.job)
        }
    }

    private let database: any DatabaseWriter
    private let state = Mutex(State())

    /// The files of the database; `nil` for a simulated database, which has none.
    private let files: DatabaseFiles?

    /// The checkpointer, which is notified of each commit and so must live as long as there are commits; `nil` if
    /// SQLite runs its own checkpoints.
    private let checkpointer: Checkpointer?

    /// The changes to the outbox, which are announced after each commit.
    private let changes: OutboxChanges

    init(
        _ database: any DatabaseWriter, files: DatabaseFiles?, changes: OutboxChanges, checkpointer: Checkpointer? = nil
    ) {
        self.database = database
        self.files = files
        self.changes = changes
        self.checkpointer = checkpointer
    }

    /// Whether the caller itself does each step, one by one.
    var isSynchronous: Bool { files == nil }

    /// Sets the accounts of which more is ready to be sent than can be. Their new events are taken in no faster than
    /// answers are sent. Otherwise a flood of messages would keep everybody from being answered.
    func setBehind(_ accounts: Set<String>) { state.withLock { $0.behind = accounts } }

    /// The number of writes that wait for the one that is running.
    var waiting: Int { state.withLock { $0.count } }

    /// Runs `body` in a transaction and returns its result once the transaction is on disk. An error rolls back only
    /// the writes of `body` itself.
    func perform<Result: Sendable>(
        for purpose: Purpose, sentAt: Timestamp? = nil, _ body: @escaping @Sendable (Database) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                let box = Box<Result>()
                let job = Job(
                    run: { db in
                        let result = Swift.Result { try body(db) }.mapError(StoreError.init)
                        box.result = result
                        if case .failure(let error) = result { return error }
                        return nil
                    },
                    finish: { failure in
                        continuation.resume(
                            with: failure.map { .failure($0) } ?? box.result ?? .failure(.failed("not run")))
                    },
                    sentAt: sentAt
                )
                enqueue(job, for: purpose)
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// A result that is written and read on the writer's queue alone.
    private final class Box<Result: Sendable>: @unchecked Sendable {
        var result: Swift.Result<Result, StoreError>?
    }

    private func enqueue(_ job: sending Job, for purpose: Purpose) {
        let box = UncheckedJob(job: job)
        let mustStart = state.withLock { state in
            state.append(box.job, for: purpose)
            defer { state.isDraining = true }
            return !state.isDraining
        }
        guard mustStart else { return }
        if isSynchronous {
            database.writeWithoutTransaction { db in drain(db) }
        } else {
            database.asyncWriteWithoutTransaction { db in self.drain(db) }
        }
    }

    /// A job that one caller creates and the writer's queue runs; nothing touches it in between.
    private struct UncheckedJob: @unchecked Sendable {
        let job: Job
    }

    private func drain(_ db: Database) {
        while true {
            let batch = state.withLock { state -> [UncheckedJob] in
                let batch = state.takeBatch().map(UncheckedJob.init)
                if batch.isEmpty { state.isDraining = false }
                return batch
            }
            if batch.isEmpty { return }
            let failure = commit(batch.map(\.job), db)
            // The writes that came meanwhile have waited as long. They fail at once: a webhook must learn in time that
            // nothing can be stored.
            if failure == .busy {
                let waited = state.withLock { $0.takeAll().map(UncheckedJob.init) }
                for box in waited { box.job.finish(.busy) }
            }
        }
    }

    /// Runs and answers the jobs; returns the error if nothing could be written at all.
    ///
    /// Failures of single jobs are rare, and a savepoint around each job costs up to a fifth of its work. So if one
    /// fails, all are rolled back, and each gets a transaction of its own.
    private func commit(_ jobs: [Job], _ db: Database) -> StoreError? {
        var hasFailed = false
        do {
            try files?.check()
            // GRDB's own transactions compile their statements anew each time.
            try db.cachedStatement(sql: "BEGIN IMMEDIATE TRANSACTION").execute()
            for job in jobs {
                let failure = job.run(db)
                // After a full disk or an I/O error SQLite has rolled back everything.
                guard db.isInsideTransaction else {
                    throw failure ?? StoreError.failed("the transaction was rolled back")
                }
                guard failure == nil else {
                    hasFailed = true
                    break
                }
            }
            let end = hasFailed ? "ROLLBACK TRANSACTION" : "COMMIT TRANSACTION"
            try db.cachedStatement(sql: end).execute()
            if hasFailed { changes.forget() } else { changes.announce() }
        } catch {
            changes.forget()
            if db.isInsideTransaction { try? db.rollback() }
            let failure = StoreError(error)
            for job in jobs { job.finish(failure) }
            return failure
        }
        guard hasFailed, jobs.count > 1 else {
            for job in jobs { job.finish(nil) }
            return nil
        }
        for (place, job) in jobs.enumerated() {
            guard let failure = commit([job], db) else { continue }
            for rest in jobs[(place + 1)...] { rest.finish(failure) }
            return failure
        }
        return nil
    }
}
