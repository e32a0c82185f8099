import Responder

// Reports may overtake the answer to their own send. They wait for all attempts that were in flight when they came.

extension Store {
    /// Applies the reports that waited for an attempt, once its outcome is known.
    ///
    /// - Returns: What has become of the entry.
    func applyWaitingReports(
        after attempt: Int64, _ outcome: AttemptOutcome, _ settlement: Settlement, policy: TakeoverPolicy,
        delay: Duration, at now: Timestamp, _ db: Connection
    ) throws -> Settlement {
        // A waiting report is rare.
        guard try db.exists(Self.reportsAhead, attempt) else { return settlement }
        var isAccountStopped = false
        for report in try db.all(Self.waitingReports, attempt, read: ForeignReport.init) {
            if case .accepted(report.unique, _) = outcome {
                try Self.stopWaiting(report, db)
                let result = try apply(report, delay: { _ in delay }, at: now, db)
                isAccountStopped = isAccountStopped || result.accountFault != nil
            } else {
                let isStopped = try settle(report, takeoverPause: policy.pause, at: now, db)
                isAccountStopped = isAccountStopped || isStopped
            }
        }
        if isAccountStopped { return .accountStopped }
        return try db.first(Self.entryOfAttempt, attempt) { row in
            let state = EntryState(rawValue: row.text(0)) ?? .failed
            return state == .waiting ? settlement.isRetry ? settlement : .retry(at: row.time(1)) : .over(state)
        } ?? settlement
    }

    /// Applies the reports that still wait after a crash: no attempt is in flight any more.
    func placeWaitingReports(takeoverPause: Duration, at now: Timestamp, _ db: Connection) throws {
        for report in try db.all(Self.allWaitingReports, read: ForeignReport.init) {
            _ = try settle(report, takeoverPause: takeoverPause, at: now, db)
        }
    }

    /// Finds the cause of a report that has waited, unless an attempt that it waits for is still in flight.
    ///
    /// - Returns: Whether the account must stop.
    private func settle(
        _ report: ForeignReport, takeoverPause: Duration, at now: Timestamp, _ db: Connection
    ) throws -> Bool {
        guard let conversation = report.conversation else {
            try Self.stopWaiting(report, db)
            return false
        }
        let limit = report.lastAttempt ?? .max
        guard try Self.lastAttemptInFlight(conversation, upTo: limit, db) == nil else { return false }
        try Self.stopWaiting(report, db)
        if let result = try claim(report, delay: { _ in .seconds(1) }, at: now, db) {
            return result.accountFault != nil
        }
        if report.failure == nil, takeoverPause > .zero {
            try takeOver(
                conversation, account: report.account, until: report.receivedAt + takeoverPause, at: now, db)
        }
        return false
    }

    /// Gives a report to the attempt of its conversation that ended without an id shortly before it came, or while it
    /// waited: the provider has accepted that one.
    ///
    /// If several are in doubt, nobody knows which one a report is about, until as many reports have come. A report of a
    /// failure would have the answer sent again, so it must be about an attempt that was certainly accepted.
    ///
    /// - Returns: The consequences; `nil` if there is no such attempt.
    func claim(
        _ report: ForeignReport, delay: (_ attempts: Int) -> Duration, at now: Timestamp, _ db: Connection
    ) throws -> IntakeResult? {
        guard let conversation = report.conversation else { return nil }
        let doubts = try db.all(
            Self.attemptsInDoubt, conversation, report.receivedAt - Self.longestLifetime, report.lastAttempt ?? .max,
            report.receivedAt - ForeignReport.patience, read: AttemptInDoubt.init)
        guard let first = doubts.first else { return nil }
        guard report.failure == nil || doubts.count == 1 && first.isAccepted else { return IntakeResult(kind: .noted) }
        if doubts.count == 1 { return try claim(report, first, of: conversation, delay: delay, at: now, db) }
        let reports = try db.all(
            Self.unclaimedReports, conversation, first.startedAt - ForeignReport.patience, read: ForeignReport.init)
        guard reports.count >= doubts.count else { return IntakeResult(kind: .noted) }
        for (report, attempt) in zip(reports, doubts) {
            _ = try claim(report, attempt, of: conversation, delay: delay, at: now, db)
        }
        return IntakeResult(kind: .noted)
    }

    private func claim(
        _ report: ForeignReport, _ attempt: AttemptInDoubt, of conversation: Int64,
        delay: (_ attempts: Int) -> Duration, at now: Timestamp, _ db: Connection
    ) throws -> IntakeResult {
        try accept(attempt, as: report.unique, of: conversation, account: report.account, db)
        try db.run(
            "DELETE FROM foreign_update WHERE account = ? AND unique_id = ?", report.account, report.unique)
        return try apply(report, delay: delay, at: now, db)
    }

    /// Records that the provider has accepted an attempt in doubt under that id.
    private func accept(
        _ attempt: AttemptInDoubt, as unique: String, of conversation: Int64, account: String,
        hasFailed: Bool = false, _ db: Connection
    ) throws {
        try db.run(
            """
            UPDATE attempt SET outcome = 'accepted', unique_id = ?,
              detail = CASE outcome WHEN 'unknown' THEN 'known by its delivery' ELSE detail END WHERE id = ?
            """,
            unique, attempt.id)
        guard attempt.decidesEntry else { return }
        let entry = attempt.entry(of: conversation, account: account)
        try Self.set(.sent, reason: nil, entry.id, db)
        // What has failed since does not stay sent.
        if !hasFailed { changes.note(.settled(entry, .sent, .deliveryReport)) }
        try noteLane(Lane(conversation: conversation, kind: entry.lane), account: account, db)
    }

    /// Records that the provider has accepted an attempt of unknown outcome, whose id a report has brought before; a report
    /// of its failure counts then as it would have behind the answer.
    func acceptReported(_ attempt: Int64, at now: Timestamp, _ db: Connection) throws {
        let known = try db.first(
            Self.reportedAttempt, attempt,
            read: {
                (attempt: AttemptInDoubt($0), conversation: $0.integer(7), account: $0.text(8), unique: $0.text(9))
            })
        guard let known else { return }
        let report = try db.first(Self.waitingReport, known.account, known.unique, read: ForeignReport.init)
        try accept(
            known.attempt, as: known.unique, of: known.conversation, account: known.account,
            hasFailed: report?.failure != nil, db)
        guard let report else { return }
        try db.run(
            "DELETE FROM foreign_update WHERE account = ? AND unique_id = ?", report.account, report.unique)
        _ = try apply(report, delay: { _ in .seconds(1) }, at: now, db)
    }

    /// Gives the provider's id of a message to the attempt that carried the mark: the provider has accepted that one,
    /// whatever became of its answer. While the answer is still to come, the attempt keeps the id until then.
    ///
    /// - Parameters:
    ///   - mark: The mark.
    ///   - unique: The provider's id of the message.
    ///   - account: The number of the account.
    ///   - hasFailed: Whether the report tells of a failure, which is applied next.
    /// - Returns: The conversation of the attempt; `nil` if no attempt of the account has that mark.
    func claim(
        _ mark: AttemptMark, unique: String, account: String, hasFailed: Bool = false, _ db: Connection
    ) throws -> Int64? {
        let marked = try db.first(
            Self.markedAttempt, mark.attempt, mark.entry, mark.startedAt, account,
            read: { (attempt: AttemptInDoubt($0), conversation: $0.integer(7), outcome: $0.textOrNil(8)) })
        guard let marked else { return nil }
        switch marked.outcome.flatMap(AttemptOutcome.Kind.init) {
        case nil, .accepted:
            try db.run("UPDATE attempt SET unique_id = ? WHERE id = ? AND unique_id IS NULL", unique, marked.attempt.id)
        case .unknown:
            try accept(
                marked.attempt, as: unique, of: marked.conversation, account: account, hasFailed: hasFailed, db)
        case .transient, .permanent, .accountFault, .windowShut, .dryRun: break
        }
        return marked.conversation
    }

    /// Applies a report to the accepted attempt with its id.
    private func apply(
        _ report: ForeignReport, delay: (_ attempts: Int) -> Duration, at now: Timestamp, _ db: Connection
    ) throws -> IntakeResult {
        if let ack = report.ack { _ = try Self.moveDelivery(ack, unique: report.unique, account: report.account, db) }
        guard let failure = report.failure else { return IntakeResult(kind: .noted) }
        return try fail(report.unique, failure, account: report.account, delay: delay, at: now, db)
            ?? IntakeResult(kind: .noted)
    }

    private static func stopWaiting(_ report: ForeignReport, _ db: Connection) throws {
        try db.run(
            "UPDATE foreign_update SET is_waiting = 0 WHERE account = ? AND unique_id = ?", report.account,
            report.unique)
    }

    /// The longest time from the decision or the release of an entry to its last attempt.
    private static let longestLifetime = Duration.days(4)

    static let reportsAhead = """
        SELECT 1 FROM attempt a JOIN outbox o ON o.id = a.entry
        JOIN foreign_update f ON f.conversation = o.conversation AND f.is_waiting = 1
        WHERE a.id = ? LIMIT 1
        """

    static let waitingReports = """
        SELECT \(ForeignReport.columns) FROM attempt a
        JOIN outbox o ON o.id = a.entry JOIN foreign_update f ON f.conversation = o.conversation AND f.is_waiting = 1
        WHERE a.id = ? ORDER BY f.received_at
        """

    static let allWaitingReports = """
        SELECT \(ForeignReport.columns) FROM foreign_update f \(Dialect.hint("INDEXED BY foreign_update_waiting"))
        WHERE f.is_waiting = 1 ORDER BY f.received_at
        """

    static let entryOfAttempt = """
        SELECT o.state, o.due_at FROM attempt a JOIN outbox o ON o.id = a.entry WHERE a.id = ?
        """

    static let markedAttempt = """
        SELECT \(AttemptInDoubt.columns), o.conversation, a.outcome
        FROM attempt a JOIN outbox o ON o.id = a.entry
        WHERE a.id = ? AND a.entry = ? AND a.started_at = ? AND o.account = ?
        """

    static let reportedAttempt = """
        SELECT \(AttemptInDoubt.columns), o.conversation, o.account, a.unique_id
        FROM attempt a JOIN outbox o ON o.id = a.entry
        WHERE a.id = ? AND a.unique_id IS NOT NULL
        """

    static let waitingReport = """
        SELECT \(ForeignReport.columns) FROM foreign_update f
        WHERE f.account = ? AND f.unique_id = ? AND f.is_waiting = 1
        """

    /// The attempts without an answer whose id is known.
    static let reportedInFlight = """
        SELECT id FROM attempt \(Dialect.hint("INDEXED BY attempt_open"))
        WHERE outcome IS NULL AND unique_id IS NOT NULL
        """

    static let attemptsInDoubt = """
        SELECT \(AttemptInDoubt.columns)
        FROM outbox o JOIN attempt a ON a.entry = o.id
        WHERE o.conversation = ?1 AND (o.created_at > ?2 OR o.released_at > ?2) AND o.lane <> 2
          AND a.id <= ?3 AND a.ended_at >= ?4
          AND (a.outcome = 'unknown' OR a.outcome = 'accepted' AND a.unique_id IS NULL)
        ORDER BY a.id
        """

    /// The reports of a conversation that tell of an arrival and belong to no attempt.
    static let unclaimedReports = """
        SELECT \(ForeignReport.columns) FROM foreign_update f
        WHERE f.conversation = ? AND f.received_at >= ? AND f.failure_kind IS NULL AND f.is_waiting = 0
        ORDER BY f.received_at
        """

    /// An attempt that may have been accepted under an id that replyd does not know.
    private struct AttemptInDoubt {
        var id: Int64
        /// Whether the entry waits for the outcome of this attempt.
        var decidesEntry: Bool
        /// Whether the provider has accepted it, without an id.
        var isAccepted: Bool
        var startedAt: Timestamp
        private var number: Int64
        private var lane: Outgoing.Lane
        private var due: Timestamp

        /// The columns that ``init(_:)`` reads from the tables `attempt`, named `a`, and `outbox`, named `o`.
        static let columns = """
            a.id, o.id, o.lane, o.due_at,
              a.outcome IS NOT NULL AND a.number = o.attempts AND a.outcome = 'unknown' AND o.is_unknown = 1,
              a.outcome IS NOT NULL AND a.outcome = 'accepted', a.started_at
            """

        /// Reads ``columns``.
        init(_ row: Columns) {
            id = row.integer(0)
            number = row.integer(1)
            lane = Outgoing.Lane(rawValue: row.int(2)) ?? .answers
            due = row.time(3)
            decidesEntry = row.bool(4)
            isAccepted = row.bool(5)
            startedAt = row.time(6)
        }

        func entry(of conversation: Int64, account: String) -> EntryReference {
            EntryReference(id: number, conversation: conversation, account: account, due: due, lane: lane)
        }
    }
}

extension Settlement {
    fileprivate var isRetry: Bool {
        if case .retry = self { true } else { false }
    }
}
