import Foundation
import GRDB
public import Responder

/// A short overview of the outbox and the accounts.
public struct Overview: Sendable, Hashable {
    /// The entries of an account that are not over, or need attention. Posts to links of rules are counted apart.
    public struct Open: Sendable, Hashable {
        /// The number of entries that are to be sent, or are in flight, without posts.
        public var waiting = 0
        /// The number of entries that are held for a person.
        public var held = 0
        /// The number of entries that were given up within ``EntryFilter/attention``, without posts.
        public var failed = 0
        /// The number of posts that were given up within ``EntryFilter/attention``.
        public var failedPosts = 0
        /// The number of posts that have been tried in vain for ``EntryFilter/patience`` and are tried again.
        public var stuckPosts = 0

        /// Creates counts of no entries.
        public init() {}
    }

    /// The open entries by account; an account without any is missing.
    public var open: [String: Open]
    /// The accounts that are stopped.
    public var stopped: [StoppedAccount]
    /// The moment at which the last message arrived.
    public var lastMessage: Timestamp?
    /// The moment at which the provider last accepted an attempt.
    public var lastSent: Timestamp?

    /// Creates an overview; without arguments, of no entries and no stopped accounts.
    public init(
        open: [String: Open] = [:], stopped: [StoppedAccount] = [], lastMessage: Timestamp? = nil,
        lastSent: Timestamp? = nil
    ) {
        self.open = open
        self.stopped = stopped
        self.lastMessage = lastMessage
        self.lastSent = lastSent
    }
}

extension Store {
    /// Returns an overview of the outbox and the accounts.
    ///
    /// - Throws: ``StoreError`` if the database can't be read.
    public func overview(at now: Timestamp) async throws(StoreError) -> Overview {
        let stopped = try await stoppedAccounts()
        return try await read { db in
            var open: [String: Overview.Open] = [:]
            let counts = try Row.fetchCursor(
                db,
                sql: """
                    SELECT account, state = 'held', count(*) FROM outbox
                    WHERE \(EntryState.isOpen) AND lane <> \(Outgoing.Lane.posts.rawValue) GROUP BY 1, 2
                    """)
            while let row = try counts.next() {
                if row[1] {
                    open[row[0], default: .init()].held = row[2]
                } else {
                    open[row[0], default: .init()].waiting = row[2]
                }
            }
            let stuck = try Row.fetchCursor(
                db,
                sql: "SELECT account, count(*) FROM outbox \(EntryFilter.stuckPosts) < ? GROUP BY 1",
                arguments: [now - EntryFilter.patience])
            while let row = try stuck.next() { open[row[0], default: .init()].stuckPosts = row[1] }
            let failed = try Row.fetchCursor(
                db,
                sql: """
                    SELECT account, lane = \(Outgoing.Lane.posts.rawValue), count(*) FROM outbox \(EntryState.failed.condition)
                      AND coalesce(released_at, created_at) > ? GROUP BY 1, 2
                    """, arguments: [now - EntryFilter.attention])
            while let row = try failed.next() {
                if row[1] {
                    open[row[0], default: .init()].failedPosts = row[2]
                } else {
                    open[row[0], default: .init()].failed = row[2]
                }
            }
            return Overview(
                open: open, stopped: stopped,
                lastMessage: try Timestamp.fetchOne(
                    db, sql: "SELECT received_at FROM message ORDER BY id DESC LIMIT 1"),
                // Ids grow with time, so the last one is found without a look at all of them.
                lastSent: try Timestamp.fetchOne(
                    db,
                    sql:
                        "SELECT ended_at FROM attempt WHERE outcome = 'accepted' AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"
                ))
        }
    }
}
