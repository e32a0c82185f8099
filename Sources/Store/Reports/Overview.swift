import Foundation
import GRDB
public import Responder

/// How things stand, at a glance.
public struct Overview: Sendable, Hashable {
    /// What of an account is not over, or should be looked at.
    public struct Open: Sendable, Hashable {
        /// Entries that are to be sent, or are being sent.
        public var waiting = 0
        /// Entries that wait for a person.
        public var held = 0
        /// Entries that were given up within ``EntryFilter/attention``.
        public var failed = 0

        /// Nothing is open.
        public init() {}
    }

    /// By account; one without such entries is missing.
    public var open: [String: Open]
    /// The accounts that are stopped.
    public var stopped: [StoppedAccount]
    /// When the last message came.
    public var lastMessage: Timestamp?
    /// When the provider last took something.
    public var lastSent: Timestamp?

    /// Makes an overview of its parts.
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
    /// How things stand.
    public func overview(at now: Timestamp) async throws(StoreError) -> Overview {
        let stopped = try await stoppedAccounts()
        return try await read { db in
            var open: [String: Overview.Open] = [:]
            let counts = try Row.fetchCursor(
                db,
                sql: """
                    SELECT account, state = 'held', count(*) FROM outbox
                    WHERE \(EntryState.isOpen) GROUP BY 1, 2
                    """)
            while let row = try counts.next() {
                if row[1] {
                    open[row[0], default: .init()].held = row[2]
                } else {
                    open[row[0], default: .init()].waiting = row[2]
                }
            }
            let failed = try Row.fetchCursor(
                db,
                sql:
                    "SELECT account, count(*) FROM outbox \(EntryState.failed.condition) AND created_at > ? GROUP BY 1",
                arguments: [now - EntryFilter.attention])
            while let row = try failed.next() { open[row[0], default: .init()].failed = row[1] }
            return Overview(
                open: open, stopped: stopped,
                lastMessage: try Timestamp.fetchOne(
                    db, sql: "SELECT received_at FROM message ORDER BY id DESC LIMIT 1"),
                // Ids grow with time: the last one is found without looking at all of them.
                lastSent: try Timestamp.fetchOne(
                    db,
                    sql:
                        "SELECT ended_at FROM attempt WHERE outcome = 'accepted' AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1"
                ))
        }
    }
}
