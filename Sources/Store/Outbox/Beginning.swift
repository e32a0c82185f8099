public import Responder

extension Store {
    /// Plans the entry and, if something is to be sent, records the attempt before it leaves.
    ///
    /// Whoever asks: an entry is not begun while an earlier one of its lane is open, nor once it has been withdrawn.
    ///
    /// - Parameters:
    ///   - entry: The number of the entry.
    ///   - onUnknown: The account's setting for unknown outcomes.
    ///   - triesShutWindow: Whether text is tried once although the window has shut by our clock.
    ///   - canAsk: Whether the provider can be asked for the window of a contact before a template replaces a text.
    ///   - now: The moment of sending.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func beginAttempt(
        _ entry: Int64, onUnknown: UnknownPolicy, triesShutWindow: Bool = false, canAsk: Bool = false,
        at now: Timestamp
    ) async throws(StoreError) -> AttemptStart {
        let rerun = Rerun<AttemptStart>.unless { db, start in
            switch start {
            case .send(let attempt): try db.exists(Self.startedAttempt, attempt.id, entry, now)
            case .over(let state, _): try db.exists(Self.entryInState, entry, state.rawValue)
            case .notYet, .ask: false
            }
        }
        return try await write(about: .entry(entry), for: .progress, rerun: rerun) { db in
            let known: Turn?
            do {
                known = try db.first(Self.entryToSend, entry, read: { try Turn($0, self.outgoings) })
            } catch is DecodingError {
                // An entry that can't be read must not keep the rest of its conversation waiting.
                try db.run(
                    "UPDATE outbox SET state = ?, reason = ? WHERE id = ? AND state = 'waiting'",
                    EntryState.failed.rawValue, EntryReason.unreadable.rawValue, entry)
                if let (lane, account) = try Self.place(ofEntry: entry, db) {
                    try self.noteOver(entry, .failed, .unreadable, in: lane, account: account, db)
                }
                return .over(.failed, .unreadable)
            }
            guard let turn = known else { return .over(.dropped, .noSuchEntry) }
            func over(_ state: EntryState, _ reason: EntryReason?) throws -> AttemptStart {
                try Self.set(state, reason: reason, entry, db)
                try self.noteOver(entry, state, reason, in: turn.lane, account: turn.account, db)
                return .over(state, reason)
            }
            guard turn.state == .waiting, turn.isHead else {
                // Somebody else has decided about the entry, or about one before it.
                try self.noteLane(turn.lane, account: turn.account, db)
                return turn.state == .waiting || turn.state == .sending ? .notYet : .over(turn.state, turn.reason)
            }
            if turn.isWithdrawn {
                return try over(.dropped, try self.withdrawalReason(of: turn.lane.conversation, db))
            }
            let (content, isFallback): (SendContent, Bool)
            let plan = plan(
                turn.entry, window: turn.window, onUnknown: onUnknown, triesShutWindow: triesShutWindow, at: now)
            switch plan {
            case .send(let planned, let isPlannedFallback): (content, isFallback) = (planned, isPlannedFallback)
            case .hold: return try over(.held, .unknown)
            case .giveUp(let why): return try over(why == .replaced ? .dropped : .failed, EntryReason(why))
            }
            if canAsk, isFallback, try turn.isWindowInDoubt(at: now, db) {
                return .ask(conversation: turn.lane.conversation, address: turn.address)
            }
            let number = turn.attempts + 1
            try db.run(
                "UPDATE outbox SET state = 'sending', attempts = ?, fallback_at = coalesce(fallback_at, ?) WHERE id = ?",
                number, isFallback ? now : nil, entry)
            if isFallback, turn.entry.fallbackAt == nil {
                try db.run(
                    "UPDATE conversation SET fallback_at = ? WHERE id = ?", now, turn.lane.conversation)
            }
            let attempt = try db.insert(
                "INSERT INTO attempt (entry, number, kind, started_at) VALUES (?, ?, ?, ?)",
                entry, number, content.kind.rawValue, now)
            return .send(
                Attempt(
                    id: attempt, number: number, content: content, isFallback: isFallback,
                    address: turn.address, startedAt: now,
                    dueAt: turn.triedFrom,
                    receivedAt: turn.entry.outgoing.notBefore == nil ? turn.receivedAt : nil)
            )
        }
    }

    static let startedAttempt = "SELECT 1 FROM attempt WHERE id = ? AND entry = ? AND started_at = ?"
    static let entryInState = "SELECT 1 FROM outbox WHERE id = ? AND state = ?"

    /// An entry whose turn has come.
    private struct Turn {
        var window: Window
        var entry: OutboxEntry
        var lane: Lane
        var account: String
        var state: EntryState
        var reason: EntryReason?
        var attempts: Int
        var isWithdrawn: Bool
        var address: String
        var triedFrom: Timestamp
        var receivedAt: Timestamp
        /// Whether no earlier entry of the lane is open.
        var isHead: Bool

        /// Reads the columns that ``Store/entryToSend`` selects.
        init(_ row: Columns, _ outgoings: DecodedJSON<Outgoing>) throws {
            window = Window(row)
            state = EntryState(rawValue: row.text(3)) ?? .failed
            reason = row.textOrNil(4).flatMap(EntryReason.init)
            attempts = row.int(5)
            isWithdrawn = row.bool(6)
            address = row.text(7)
            triedFrom = row.time(8)
            receivedAt = row.time(9)
            lane = Lane(row, from: 10)
            account = row.text(12)
            isHead = row.bool(13)
            entry = OutboxEntry(row, from: 14, outgoing: try outgoings.value(of: row.text(14)))
        }

        /// Whether the window may be open although a text was refused, or seems to be too late: somebody has answered from
        /// elsewhere, so that messages of the contact may have gone there. Each entry doubts once.
        func isWindowInDoubt(at now: Timestamp, _ db: Connection) throws -> Bool {
            guard entry.fallbackAt == nil, entry.outgoing.isFallback != true, now < entry.outgoing.textEnd,
                attempts <= 1
            else { return false }
            return try entry.isTextRefused
                || db.exists(Store.answeredFromElsewhere, lane.conversation, now - Window.length)
        }
    }

    /// Records the provider's answer to a question for the window of a contact; a text that was refused may be tried again
    /// if the window is open after all.
    ///
    /// - Parameters:
    ///   - minutes: The minutes until the window shuts.
    ///   - entry: The number of the entry that is to be sent.
    ///   - conversation: The number of its conversation.
    ///   - asked: The moment of asking.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func correctWindow(
        minutes: Int, for entry: Int64, of conversation: Int64, askedAt asked: Timestamp
    ) async throws(StoreError) {
        try await write(about: .conversation(conversation), for: .progress, rerun: .harmless) { db in
            var window = try self.loadConversation(conversation, db).window
            window.recordTimeLeft(minutes: minutes, askedAt: asked)
            try Self.save(window, of: conversation, db)
            guard window.isOpen(at: asked) else { return }
            try db.run("UPDATE outbox SET text_refused = 0 WHERE id = ? AND fallback_at IS NULL", entry)
        }
    }

    static let answeredFromElsewhere = """
        SELECT 1 FROM foreign_update WHERE conversation = ? AND received_at > ? AND is_waiting = 0 LIMIT 1
        """

    static let entryToSend = """
        SELECT \(Window.columns), o.state, o.reason, o.attempts,
          \(OutboxEntry.isWithdrawn), c.address, coalesce(o.released_at, o.created_at), m.received_at,
          o.conversation, o.lane, o.account,
          NOT EXISTS (SELECT 1 FROM outbox \(EntryState.open) AND conversation = o.conversation AND lane = o.lane
            AND id < o.id AND state <> 'held'),
          \(OutboxEntry.columns)
        FROM outbox o JOIN contact c ON c.id = o.conversation JOIN conversation v ON v.id = o.conversation
        JOIN message m ON m.id = o.message WHERE o.id = ?
        """

    /// Notes that the lane of an entry may have changed.
    func noteLane(ofEntry entry: Int64, _ db: Connection) throws {
        guard let (lane, account) = try Self.place(ofEntry: entry, db) else { return }
        try noteLane(lane, account: account, db)
    }

    /// Notes that an entry is over without an attempt.
    private func noteOver(
        _ entry: Int64, _ state: EntryState, _ reason: EntryReason?, in lane: Lane, account: String, _ db: Connection
    ) throws {
        let reference = EntryReference(
            id: entry, conversation: lane.conversation, account: account, due: Timestamp(milliseconds: 0),
            lane: lane.kind)
        changes.note(.settled(reference, state, reason))
        try noteLane(lane, account: account, db)
    }

    private static func place(ofEntry entry: Int64, _ db: Connection) throws -> (Lane, account: String)? {
        try db.first("SELECT conversation, lane, account FROM outbox WHERE id = ?", entry) {
            (Lane($0, from: 0), account: $0.text(2))
        }
    }

    /// Returns the reason for which earlier answers of a conversation are withdrawn.
    func withdrawalReason(of conversation: Int64, _ db: Connection) throws -> EntryReason {
        try loadConversation(conversation, db).memory.isOptedOut ? .optedOut : .paused
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
    /// Whether the entry `o` was decided before the latest withdrawal of its conversation `v`.
    static let isWithdrawn = "o.withdrawals < v.withdrawals AND o.lane <> 2"

    /// The columns that ``init(_:from:_:)`` reads from the tables `outbox`, named `o`, and `conversation`, named `v`.
    static let columns =
        "o.outgoing, o.expires_at, o.fallback_at, v.fallback_at, o.text_refused, o.is_unknown, \(hasReplacedSibling)"

    /// Whether the fallback has replaced another answer to the message of the entry `o`, in the conversation `v`.
    static let hasReplacedSibling = """
        CASE WHEN v.fallback_at IS NULL THEN FALSE ELSE EXISTS (SELECT 1 FROM outbox r
          WHERE r.message = o.message AND r.id <> o.id AND r.fallback_at IS NOT NULL) END
        """

    /// Reads ``columns``; `index` is the index of the first one. Content that can't be read must keep nobody from settling,
    /// releasing or listing the entry; when it is next to be sent, it fails.
    init(_ row: Columns, from index: Int32, _ outgoings: DecodedJSON<Outgoing>) {
        self.init(row, from: index, outgoing: (try? outgoings.value(of: row.text(index))) ?? .unreadable)
    }

    /// Reads ``columns`` whose first one has been read.
    init(_ row: Columns, from index: Int32, outgoing: Outgoing) {
        self.init(outgoing: outgoing, expiresAt: row.time(index + 1))
        fallbackAt = row.timeOrNil(index + 2)
        latestFallbackAt = row.timeOrNil(index + 3)
        isTextRefused = row.bool(index + 4)
        isUnknown = row.bool(index + 5)
        isMessageReplaced = row.bool(index + 6)
    }
}
