import Foundation
import GRDB
public import Responder

/// The result of releasing an entry.
public enum Release: Sendable, Hashable {
    /// The entry is sent again.
    case released(EntryReference)
    /// The entry does not exist, or is neither held nor failed nor dropped.
    case notReleasable
    /// The contact has opted out.
    case optedOut
    /// The entry stays as it is, because it would be given up at once; `because` says why, and what can be done.
    case pointless(because: String)
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

extension Store {
    /// Sends a held, failed or dropped entry again, whatever the earlier outcome. An answer to a contact who has opted
    /// out is not sent; a post to the business is.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func release(
        _ entry: Int64, at now: Timestamp, by command: Command? = nil
    ) async throws(StoreError) -> Release {
        try await write(for: .progress) { db in
            let known = try db.first(Self.entryToRelease, entry) { try Releasable($0, self.outgoings) }
            guard let released = known else { return .notReleasable }
            let lane = released.lane
            if lane.kind != .posts, self.memory(released.memory, of: lane.conversation).isOptedOut { return .optedOut }
            var next = released.entry
            next.expiresAt = next.outgoing.expiry(from: now)
            next.isUnknown = false
            if case .giveUp(let why) = plan(next, window: released.window, onUnknown: .hold, at: now) {
                return .pointless(because: why.sentence)
            }
            try db.run(
                """
                UPDATE outbox SET state = 'waiting', reason = 'released', detail = NULL, is_unknown = 0, suspicion = 0,
                  withdrawals = ?, released_at = ?, due_at = ?, expires_at = ? WHERE id = ?
                """,
                released.withdrawals, now, now, next.expiresAt, entry)
            if let command { try Self.record(.released, by: command, entry: entry, db) }
            try self.noteLane(lane, account: released.account, db)
            return .released(
                EntryReference(
                    id: entry, conversation: lane.conversation, account: released.account, due: now, lane: lane.kind))
        }
    }

    /// An entry that may be released.
    private struct Releasable {
        var window: Window
        var lane: Lane
        var account: String
        /// The memory of the conversation, as JSON.
        var memory: String
        /// The number of withdrawals of the conversation.
        var withdrawals: Int
        var entry: OutboxEntry

        /// Reads the columns that ``Store/entryToRelease`` selects.
        init(_ row: Columns, _ outgoings: DecodedJSON<Outgoing>) throws {
            window = Window(row)
            lane = Lane(row, from: 3)
            account = row.text(5)
            memory = row.text(6)
            withdrawals = row.int(7)
            entry = try OutboxEntry(row, from: 8, outgoings)
        }
    }

    static let entryToRelease = """
        SELECT v.last_message_at, v.window_end, v.window_corrected_at, o.conversation, o.lane, o.account, v.memory,
          v.withdrawals, \(OutboxEntry.columns)
        FROM outbox o JOIN conversation v ON v.id = o.conversation
        WHERE o.id = ? AND o.state IN ('held', 'failed', 'dropped')
        """

    /// Drops an entry that is held, waiting or failed.
    ///
    /// - Returns: Whether there was an entry to drop.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func drop(_ entry: Int64, by command: Command? = nil) async throws(StoreError) -> Bool {
        try await write(for: .progress) { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET state = 'dropped', reason = 'by-hand', detail = NULL, is_unknown = 0
                    WHERE id = ? AND state IN ('held', 'waiting', 'failed')
                    """, arguments: [entry])
            guard db.changesCount == 1 else { return false }
            if let command { try Self.record(.dropped, by: command, entry: entry, db) }
            try self.noteLane(ofEntry: entry, db)
            return true
        }
    }
}
