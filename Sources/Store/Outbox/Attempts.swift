import GRDB
public import Responder

extension Store {
    /// Plans the entry and, if something is to be sent, records the attempt before it leaves.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func beginAttempt(
        _ entry: Int64, onUnknown: UnknownPolicy, at now: Timestamp
    ) async throws(StoreError) -> AttemptStart {
        try await write(for: .progress) { db in
            let known: Turn?
            do {
                known = try db.first(Self.entryToSend, entry, read: { try Turn($0, self.outgoings) })
            } catch is DecodingError {
                // An entry that can't be read must not keep the rest of its conversation waiting.
                try db.run(
                    "UPDATE outbox SET state = ?, reason = ? WHERE id = ? AND state = 'waiting'",
                    EntryState.failed.rawValue, EntryReason.unreadable.rawValue, entry)
                return .over(.failed, .unreadable)
            }
            guard let turn = known else { return .over(.dropped, .noSuchEntry) }
            guard turn.state == .waiting else { return .over(turn.state, turn.reason) }
            if turn.isWithdrawn {
                try Self.set(.dropped, reason: .optedOut, entry, db)
                return .over(.dropped, .optedOut)
            }
            if turn.entry.outgoing.lane == .openings, let until = turn.pausedUntil, now < until {
                // A person has taken over since, and an answer from yesterday would interrupt the conversation.
                try Self.set(.dropped, reason: .paused, entry, db)
                return .over(.dropped, .paused)
            }
            let (content, isFallback): (SendContent, Bool)
            switch plan(turn.entry, window: turn.window, onUnknown: onUnknown, at: now) {
            case .send(let planned, let isPlannedFallback): (content, isFallback) = (planned, isPlannedFallback)
            case .hold:
                try Self.set(.held, reason: .unknown, entry, db)
                return .over(.held, .unknown)
            case .giveUp(let why):
                let state = why == .replaced ? EntryState.dropped : .failed
                try Self.set(state, reason: EntryReason(why), entry, db)
                return .over(state, EntryReason(why))
            }
            let number = turn.attempts + 1
            try db.run(
                "UPDATE outbox SET state = 'sending', attempts = ?, fallback_at = coalesce(fallback_at, ?) WHERE id = ?",
                number, isFallback ? now : nil, entry)
            try db.run(
                "INSERT INTO attempt (entry, number, kind, started_at) VALUES (?, ?, ?, ?)",
                entry, number, content.kind.rawValue, now)
            return .send(
                Attempt(
                    id: db.lastInsertedRowID, number: number, content: content, isFallback: isFallback,
                    address: turn.address, startedAt: now,
                    dueAt: turn.entry.triedFrom,
                    receivedAt: turn.entry.outgoing.notBefore == nil ? turn.receivedAt : nil)
            )
        }
    }

    /// An entry whose turn has come.
    private struct Turn {
        var window: Window
        var entry: OutboxEntry
        var state: EntryState
        var reason: EntryReason?
        var attempts: Int
        var isWithdrawn: Bool
        var address: String
        var pausedUntil: Timestamp?
        var receivedAt: Timestamp

        /// Reads the columns that ``Store/entryToSend`` selects.
        init(_ row: Columns, _ outgoings: DecodedJSON<Outgoing>) throws {
            window = Window(row)
            state = EntryState(rawValue: row.text(3)) ?? .failed
            reason = row.textOrNil(4).flatMap(EntryReason.init)
            attempts = row.int(5)
            isWithdrawn = row.bool(6)
            address = row.text(7)
            pausedUntil = row.timeOrNil(8)
            receivedAt = row.time(9)
            entry = try OutboxEntry(row, from: 10, outgoings)
            entry.isFallbackUsedElsewhere = row.bool(15)
        }
    }

    static let entryToSend = """
        SELECT v.last_message_at, v.window_end, v.window_corrected_at, o.state, o.reason, o.attempts, o.is_withdrawn,
          c.address, v.paused_until, m.received_at, \(OutboxEntry.columns),
          EXISTS (SELECT 1 FROM outbox s WHERE s.message = o.message AND s.id <> o.id AND s.fallback_at IS NOT NULL)
        FROM outbox o JOIN contact c ON c.id = o.conversation JOIN conversation v ON v.id = o.conversation
        JOIN message m ON m.id = o.message WHERE o.id = ?
        """

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
        try await write(for: .progress) { db in
            let refusal = outcome.refusal
            var unique: String?
            if case .accepted(let id, _) = outcome { unique = id }
            try db.run(
                """
                UPDATE attempt SET ended_at = ?, outcome = ?, reason = ?, status = ?, detail = ?, unique_id = ?, request = ?
                WHERE id = ?
                """,
                now, outcome.kind.rawValue, refusal?.reason, refusal?.status, refusal?.text, unique, request, attempt)
            let settlement = try self.settle(attempt, outcome, onUnknown: policy.onUnknown, delay: delay, at: now, db)
            return try self.applyWaitingUpdates(after: attempt, outcome, settlement, policy: policy, at: now, db)
        }
    }

    /// Moves the entry of an attempt to the state that follows from the outcome. Also used for an outcome that comes
    /// later, by hook.
    func settle(
        _ attempt: Int64, _ outcome: AttemptOutcome, onUnknown: UnknownPolicy, delay: Duration, at now: Timestamp,
        _ db: Database
    ) throws -> Settlement {
        let sql = """
            SELECT v.last_message_at, v.window_end, v.window_corrected_at, o.id, o.conversation, o.account, a.kind,
              a.started_at, \(OutboxEntry.columns), o.state = 'dropped' AND o.reason = 'forgotten'
            FROM attempt a JOIN outbox o ON o.id = a.entry JOIN conversation v ON v.id = o.conversation
            WHERE a.id = ?
            """
        guard let attempted = try db.first(sql, attempt, read: { try Attempted($0, outgoings) }) else {
            throw StoreError.failed("attempt \(attempt) does not exist")
        }
        let entry = attempted.id
        if attempted.isForgotten {
            // The contact was erased, so nothing about the outcome is kept.
            try db.run("UPDATE attempt SET detail = NULL, request = NULL WHERE id = ?", attempt)
            return .over(.dropped)
        }
        var window = attempted.window
        func retry(
            at due: Timestamp, _ reason: EntryReason, textRefused: Bool = false, isUnknown: Bool = false
        ) throws -> Settlement {
            let end = textEnd(of: attempted.entry, window: window)
            // If the window shuts before the next attempt, the fallback is sent as soon as it has shut.
            let next = end.map { $0 > now && $0 < due ? $0 : due } ?? due
            try db.run(
                """
                UPDATE outbox SET state = 'waiting', reason = ?, detail = NULL, due_at = ?, text_refused = text_refused OR ?, is_unknown = ?
                WHERE id = ?
                """,
                reason.rawValue, next, textRefused, isUnknown, entry)
            return .retry(at: next)
        }
        switch outcome {
        case .accepted(_, let minutesLeft):
            if let minutesLeft {
                let known = window
                window.recordTimeLeft(minutes: minutesLeft, askedAt: attempted.startedAt)
                if window != known { try Self.save(window, of: attempted.conversation, db) }
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
            try Self.save(window, of: attempted.conversation, db)
            guard attempted.kind == SendContent.Kind.text.rawValue else {
                try Self.set(.failed, reason: .refused, detail: refusal.text, entry, db)
                return .over(.failed)
            }
            return try retry(at: now, .windowShut, textRefused: true)
        case .accountFault(let refusal):
            _ = try retry(at: now, .accountFault)
            try Self.stop(attempted.account, refusal.text, at: now, db)
            return .accountStopped
        case .unknown:
            if onUnknown == .resend { return try retry(at: now + delay, .unknown, isUnknown: true) }
            try Self.set(.held, reason: .unknown, entry, db)
            return .over(.held)
        }
    }

    /// An entry, with the attempt that has ended.
    private struct Attempted {
        var window: Window
        var id: Int64
        var conversation: Int64
        var account: String
        var kind: String
        var startedAt: Timestamp
        var entry: OutboxEntry
        /// Whether the contact was erased meanwhile.
        var isForgotten: Bool

        init(_ row: Columns, _ outgoings: DecodedJSON<Outgoing>) throws {
            window = Window(row)
            id = row.integer(3)
            conversation = row.integer(4)
            account = row.text(5)
            kind = row.text(6)
            startedAt = row.time(7)
            entry = try OutboxEntry(row, from: 8, outgoings)
            isForgotten = row.bool(13)
        }
    }

    static func set(
        _ state: EntryState, reason: EntryReason?, detail: String? = nil, _ entry: Int64, _ db: Database
    ) throws {
        try db.run(
            "UPDATE outbox SET state = ?, reason = ?, detail = ?, is_unknown = ? WHERE id = ?",
            state.rawValue, reason?.rawValue, detail, state == .held, entry)
    }
}

extension EntryReason {
    /// Creates the reason for giving up.
    init(_ why: Plan.GiveUp) {
        self =
            switch why {
            case .windowExpired: .windowExpired
            case .tooOld: .tooOld
            case .replaced: .replaced
            case .expired: .expired
            }
    }
}

extension OutboxEntry {
    /// The columns that ``init(_:from:_:)`` reads from the table `outbox`, named `o`.
    fileprivate static let columns =
        "o.outgoing, coalesce(o.released_at, o.created_at), o.fallback_at, o.text_refused, o.is_unknown"

    /// Reads ``columns``; `index` is the index of the first one.
    fileprivate init(_ row: Columns, from index: Int32, _ outgoings: DecodedJSON<Outgoing>) throws {
        self.init(outgoing: try outgoings.value(of: row.text(index)), triedFrom: row.time(index + 1))
        fallbackAt = row.timeOrNil(index + 2)
        isTextRefused = row.bool(index + 3)
        isUnknown = row.bool(index + 4)
    }
}
