import Foundation
public import Responder

/// The result of releasing an entry.
public enum Release: Sendable, Hashable {
    /// The entry is sent again.
    case released(EntryReference)
    /// The entry stays as it is.
    case refused(ReleaseRefusal)
    /// The entry does not exist.
    case noSuchEntry
}

/// The reason for which an entry can't be released.
public enum ReleaseRefusal: Sendable, Hashable {
    /// The entry is neither held nor failed nor dropped, nor does a stopped account keep it waiting.
    case notReleasable(EntryState)
    /// The contact has been erased, and what was to be sent with it.
    case forgotten
    /// The contact has opted out.
    case optedOut
    /// The entry would be given up at once, for this reason.
    case pointless(Plan.GiveUp)

    /// Returns the reason for people, and what can be done instead.
    public func sentence(for entry: Int64) -> String {
        switch self {
        case .notReleasable(let state):
            "entry \(entry) is \(state.rawValue); only held, failed and dropped ones, and those that wait for a stopped account, can be released."
        case .forgotten:
            "the contact of entry \(entry) was erased, and the answer with it: there is nothing left to send."
        case .optedOut:
            "the contact of entry \(entry) has opted out and gets nothing. Opt the contact in first, in the console or by the API, or drop the entry."
        case .pointless(let why): "entry \(entry) can't be sent now: \(why.sentence)"
        }
    }
}

extension Plan.GiveUp {
    /// The reason for a person who wants the entry to be sent, and what can be done instead.
    fileprivate var sentence: String {
        switch self {
        case .windowExpired, .expired:
            "the 24-hour window has shut, and the rule had no template for that case. It can be sent once the contact has written again; until then only a template can reach the contact."
        case .tooOld:
            "the message that it answers is older than max_age, and the rule had no template for that case. Write to the contact yourself, or drop it."
        case .replaced:
            "the window has shut, and the contact has already got a template since. It can be sent once the contact has written again."
        }
    }
}

/// An entry that a person may want to release, and what decides whether it can be. Pure: the store, the API and the
/// console ask the same.
struct Releasable: Sendable {
    var state: EntryState
    var isAccountStopped: Bool
    var isOptedOut: Bool
    var window: Window
    var entry: OutboxEntry

    /// Returns the reason for which it can't be released; `nil` if it can.
    func refusal(at now: Timestamp) -> ReleaseRefusal? {
        switch state {
        case .held, .failed, .dropped: break
        case .waiting where isAccountStopped: break
        case .waiting, .sending, .sent, .dryRun: return .notReleasable(state)
        }
        if entry.outgoing == .forgotten { return .forgotten }
        if entry.outgoing.lane != .posts, isOptedOut { return .optedOut }
        let next = released(from: due(from: now))
        if case .giveUp(let why) = plan(next, window: window, onUnknown: .hold, at: now) { return .pointless(why) }
        return nil
    }

    /// Returns the moment of its next attempt. What waits for a stopped account may wait for a time of day besides.
    func due(from now: Timestamp) -> Timestamp {
        state == .waiting ? max(now, entry.outgoing.notBefore ?? now) : now
    }

    /// Returns the entry as it is once it has been released.
    func released(from due: Timestamp) -> OutboxEntry {
        var next = entry
        next.expiresAt = next.outgoing.expiry(from: due)
        next.isUnknown = false
        // What the provider refused may be allowed since: the window knows.
        next.isTextRefused = false
        return next
    }
}

extension Store {
    /// Sends an entry again, whatever the earlier outcome: a held, failed or dropped one, or one that waits for a stopped
    /// account, which is then tried at once. An answer to a contact who has opted out is not sent; a post to the business
    /// is.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func release(
        _ entry: Int64, at now: Timestamp, by command: Command? = nil
    ) async throws(StoreError) -> Release {
        let rerun = Rerun<Release>.unless { db, release in
            guard case .released = release else { return false }
            return try db.exists("SELECT 1 FROM outbox WHERE id = ? AND released_at = ?", entry, now)
        }
        return try await write(about: .entry(entry), for: .progress, rerun: rerun) { db in
            let known = try db.first(Self.entryToRelease, entry) { row in
                Known(
                    lane: Lane(row, from: 3), account: row.text(5), withdrawals: row.int(7),
                    releasable: Releasable(
                        state: EntryState(rawValue: row.text(8)) ?? .failed, isAccountStopped: row.bool(9),
                        isOptedOut: self.memory(row.text(6), of: row.integer(3)).isOptedOut, window: Window(row),
                        entry: OutboxEntry(row, from: 10, self.outgoings)))
            }
            guard let known else { return .noSuchEntry }
            if let refusal = known.releasable.refusal(at: now) { return .refused(refusal) }
            let due = known.releasable.due(from: now)
            try db.run(
                """
                UPDATE outbox SET state = 'waiting', reason = 'released', detail = NULL, is_unknown = 0, text_refused = 0,
                  suspicion = 0, withdrawals = ?, released_at = ?, due_at = ?, expires_at = ? WHERE id = ?
                """,
                known.withdrawals, now, due, known.releasable.released(from: due).expiresAt, entry)
            if let command { try Self.record(.released, by: command, entry: entry, db) }
            try self.noteLane(known.lane, account: known.account, db)
            if known.lane.kind != .posts { self.changes.note(.released(account: known.account)) }
            return .released(
                EntryReference(
                    id: entry, conversation: known.lane.conversation, account: known.account, due: due,
                    lane: known.lane.kind))
        }
    }

    /// An entry that is to be released, with its place.
    private struct Known {
        var lane: Lane
        var account: String
        /// The number of withdrawals of the conversation.
        var withdrawals: Int
        var releasable: Releasable
    }

    static let entryToRelease = """
        SELECT \(Window.columns), o.conversation, o.lane, o.account, v.memory,
          v.withdrawals, o.state, \(isAccountStopped), \(OutboxEntry.columns)
        FROM outbox o JOIN conversation v ON v.id = o.conversation WHERE o.id = ?
        """

    /// Whether the account of the entry `o` is stopped.
    static let isAccountStopped = "EXISTS (SELECT 1 FROM stopped_account s WHERE s.number = o.account)"

    /// Drops an entry that is held, waiting or failed.
    ///
    /// - Returns: Whether there was an entry to drop.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func drop(_ entry: Int64, by command: Command? = nil) async throws(StoreError) -> Bool {
        let rerun = Rerun<Bool>.unless { db, isDropped in
            try isDropped && db.exists("SELECT 1 FROM outbox WHERE id = ? AND reason = 'by-hand'", entry)
        }
        return try await write(about: .entry(entry), for: .progress, rerun: rerun) { db in
            let count = try db.changed(
                """
                UPDATE outbox SET state = 'dropped', reason = 'by-hand', detail = NULL, is_unknown = 0
                WHERE id = ? AND state IN ('held', 'waiting', 'failed')
                """, entry)
            guard count == 1 else { return false }
            if let command { try Self.record(.dropped, by: command, entry: entry, db) }
            try self.noteLane(ofEntry: entry, db)
            return true
        }
    }
}
