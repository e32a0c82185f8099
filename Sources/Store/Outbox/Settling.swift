public import Responder

extension Store {
    /// Stores the outcome of an attempt and the new state of its entry.
    ///
    /// - Parameters:
    ///   - attempt: The number of the attempt.
    ///   - outcome: The outcome of the attempt.
    ///   - policy: The settings for unknown outcomes and takeovers.
    ///   - delay: The wait before the next attempt, if there is one.
    ///   - request: The request as it would have been sent, its secret replaced; recorded only in dry runs.
    ///   - now: The moment at which the outcome was known.
    /// - Throws: ``StoreError`` if the database can't be written to, or the attempt does not exist.
    public func endAttempt(
        _ attempt: Int64, _ outcome: AttemptOutcome, policy: TakeoverPolicy, delay: Duration, request: String? = nil,
        at now: Timestamp
    ) async throws(StoreError) -> Settlement {
        let rerun = Rerun<Settlement>.unless { db, _ in
            try db.exists("SELECT 1 FROM attempt WHERE id = ? AND ended_at = ?", attempt, now)
        }
        return try await write(about: .attempt(attempt), for: .progress, rerun: rerun) { db in
            let refusal = outcome.refusal
            var unique: String?
            if case .accepted(let id, _) = outcome { unique = id }
            try db.run(
                """
                UPDATE attempt SET ended_at = ?, outcome = ?, reason = ?, status = ?, detail = ?,
                  unique_id = coalesce(?, unique_id), request = ?
                WHERE id = ? AND (outcome IS NULL OR outcome = 'unknown')
                """,
                now, outcome.kind.rawValue, refusal?.reason, refusal?.status, refusal?.text, unique, request, attempt)
            let outcome = try Self.corrected(outcome, of: attempt, db)
            let settlement = try self.settle(attempt, outcome, onUnknown: policy.onUnknown, delay: delay, at: now, db)
            return try self.applyWaitingReports(
                after: attempt, outcome, settlement, policy: policy, delay: delay, at: now, db)
        }
    }

    /// Returns the outcome of an attempt, which the provider has accepted if a report has brought its id before the answer.
    private static func corrected(
        _ outcome: AttemptOutcome, of attempt: Int64, _ db: Connection
    ) throws -> AttemptOutcome {
        guard outcome.kind == .unknown, let unique = try db.first(attemptID, attempt, read: { $0.textOrNil(0) }) ?? nil
        else { return outcome }
        try db.run(
            "UPDATE attempt SET outcome = 'accepted', detail = 'known by its delivery' WHERE id = ? AND outcome = 'unknown'",
            attempt)
        return .accepted(unique: unique, minutesLeft: nil)
    }

    static let attemptID = "SELECT unique_id FROM attempt WHERE id = ?"

    /// Moves the entry of an attempt to the state that follows from the outcome, if the entry still waits for it;
    /// otherwise somebody else has decided, and the entry stays as it is.
    ///
    /// - Parameter isLate: Whether a hook tells that an attempt has failed after it was accepted.
    func settle(
        _ attempt: Int64, _ outcome: AttemptOutcome, isLate: Bool = false, onUnknown: UnknownPolicy, delay: Duration,
        at now: Timestamp, _ db: Connection
    ) throws -> Settlement {
        guard let attempted = try db.first(Self.attempted, attempt, read: { Attempted($0, outgoings) }) else {
            throw StoreError.failed("attempt \(attempt) does not exist")
        }
        if attempted.isForgotten {
            // The contact was erased, so nothing about the outcome is kept.
            try db.run("UPDATE attempt SET detail = NULL, request = NULL WHERE id = ?", attempt)
            return .over(.dropped)
        }
        guard attempted.admits(outcome, isLate: isLate) else { return attempted.settlement }
        let settlement = try move(attempted, outcome, onUnknown: onUnknown, delay: delay, at: now, db)
        try noteLane(attempted.lane, account: attempted.account, db)
        return settlement
    }

    private func move(
        _ attempted: Attempted, _ outcome: AttemptOutcome, onUnknown: UnknownPolicy, delay: Duration, at now: Timestamp,
        _ db: Connection
    ) throws -> Settlement {
        let entry = attempted.id
        var window = attempted.window
        if attempted.number > 1, outcome.kind != .accepted, try db.exists(Self.acceptedAttempt, entry) {
            // The answer to an earlier attempt came late: the contact has it.
            try Self.set(.sent, reason: nil, entry, db)
            return .over(.sent)
        }
        func retry(
            at due: Timestamp, _ reason: EntryReason, textRefused: Bool = false, isUnknown: Bool = false,
            isSuspected: Bool = false
        ) throws -> Settlement {
            if attempted.isWithdrawn {
                try Self.set(
                    .dropped, reason: try withdrawalReason(of: attempted.lane.conversation, db), entry, db)
                return .over(.dropped)
            }
            let end = textEnd(of: attempted.entry, window: window)
            // If the window shuts before the next attempt, the fallback is sent as soon as it has shut.
            let next = end.map { $0 > now && $0 < due ? $0 : due } ?? due
            try db.run(
                """
                UPDATE outbox SET state = 'waiting', reason = ?, detail = NULL, due_at = ?,
                  text_refused = CASE WHEN ? = 1 THEN 1 ELSE text_refused END, is_unknown = ?, suspicion = ? WHERE id = ?
                """,
                reason.rawValue, next, textRefused, isUnknown, isSuspected ? 1 : 0, entry)
            return .retry(at: next)
        }
        switch outcome {
        case .accepted(_, let minutesLeft):
            if let minutesLeft {
                let known = window
                window.recordTimeLeft(minutes: minutesLeft, askedAt: attempted.startedAt)
                if window != known { try Self.save(window, of: attempted.lane.conversation, db) }
            }
            try Self.set(.sent, reason: nil, entry, db)
            return .over(.sent)
        case .dryRun:
            try Self.set(.dryRun, reason: nil, entry, db)
            return .over(.dryRun)
        case .transient:
            return try retry(at: now + delay, .transient)
        case .permanent(let refusal):
            try Self.set(.failed, reason: .refused, detail: refusal.text, entry, db)
            return .over(.failed)
        case .windowShut(let refusal):
            window.recordShut(askedAt: attempted.startedAt)
            try Self.save(window, of: attempted.lane.conversation, db)
            guard SendContent.Kind(rawValue: attempted.kind)?.isFreeForm == true else {
                try Self.set(.failed, reason: .refused, detail: refusal.text, entry, db)
                return .over(.failed)
            }
            return try retry(at: now, .windowShut, textRefused: true)
        case .accountFault(let refusal):
            if attempted.isConvicted {
                // The same refusal came again although other entries of the account have passed in between: the fault is
                // this entry's.
                try Self.set(.failed, reason: .refused, detail: refusal.text, entry, db)
                return .over(.failed)
            }
            try Self.stop(attempted.account, refusal.text, at: now, db)
            // Of a report the sender hears once it is on disk, and others with it: not before may they be due.
            _ = try retry(at: attempted.state == .sent ? now + delay : now, .accountFault, isSuspected: true)
            return .accountStopped
        case .unknown:
            if onUnknown == .resend { return try retry(at: now + delay, .unknown, isUnknown: true) }
            try Self.set(.held, reason: .unknown, entry, db)
            return .over(.held)
        }
    }

    static let acceptedAttempt = "SELECT 1 FROM attempt WHERE entry = ? AND outcome = 'accepted' LIMIT 1"

    /// An entry, with the attempt that has ended.
    private struct Attempted {
        var window: Window
        var id: Int64
        var state: EntryState
        var due: Timestamp
        /// The number of the attempt within its entry.
        var number: Int
        /// Whether the attempt is the last one of its entry.
        var isLatest: Bool
        var lane: Lane
        var account: String
        var kind: String
        var startedAt: Timestamp
        var entry: OutboxEntry
        var isWithdrawn: Bool
        /// Whether the contact was erased meanwhile.
        var isForgotten: Bool
        /// Whether other entries have passed since the provider refused the account for this one.
        var isConvicted: Bool

        /// Reads the columns that ``Store/attempted`` selects.
        init(_ row: Columns, _ outgoings: DecodedJSON<Outgoing>) {
            window = Window(row)
            id = row.integer(3)
            lane = Lane(row, from: 4)
            account = row.text(6)
            kind = row.text(7)
            startedAt = row.time(8)
            isForgotten = row.bool(9)
            isWithdrawn = row.bool(10)
            isConvicted = row.int(11) == 2
            state = EntryState(rawValue: row.text(12)) ?? .failed
            due = row.time(13)
            number = row.int(14)
            isLatest = row.bool(15)
            entry = OutboxEntry(row, from: 16, outgoings)
        }

        /// Whether the entry waits for the outcome of this attempt, or has been sent by it and is not any more.
        func admits(_ outcome: AttemptOutcome, isLate: Bool) -> Bool {
            guard isLatest else { return false }
            return switch state {
            case .sending: !isLate
            case .held, .waiting: !isLate && entry.isUnknown && outcome.kind != .unknown
            case .sent: isLate
            case .failed, .dropped, .dryRun: false
            }
        }

        /// The settlement if the entry stays as it is.
        var settlement: Settlement { state == .waiting ? .retry(at: due) : .over(state) }
    }

    static let attempted = """
        SELECT \(Window.columns), o.id, o.conversation, o.lane, o.account, a.kind,
          a.started_at, o.state = 'dropped' AND o.reason = 'forgotten', \(OutboxEntry.isWithdrawn), o.suspicion,
          o.state, o.due_at, a.number, a.number = o.attempts,
          \(OutboxEntry.columns)
        FROM attempt a JOIN outbox o ON o.id = a.entry JOIN conversation v ON v.id = o.conversation
        WHERE a.id = ?
        """

    static func set(
        _ state: EntryState, reason: EntryReason?, detail: String? = nil, _ entry: Int64, _ db: Connection
    ) throws {
        try db.run(
            "UPDATE outbox SET state = ?, reason = ?, detail = ?, is_unknown = ? WHERE id = ?",
            state.rawValue, reason?.rawValue, detail, state == .held, entry)
    }
}
