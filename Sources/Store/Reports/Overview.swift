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
            try db.all(Self.openEntries) { row in
                if row.bool(1) {
                    open[row.text(0), default: .init()].held = row.int(2)
                } else {
                    open[row.text(0), default: .init()].waiting = row.int(2)
                }
            }
            try db.all(
                "SELECT account, count(*) FROM outbox \(EntryFilter.stuckPosts) < ? GROUP BY 1",
                now - EntryFilter.patience
            ) { open[$0.text(0), default: .init()].stuckPosts = $0.int(1) }
            try db.all(Self.failedEntries, now - EntryFilter.attention) { row in
                if row.bool(1) {
                    open[row.text(0), default: .init()].failedPosts = row.int(2)
                } else {
                    open[row.text(0), default: .init()].failed = row.int(2)
                }
            }
            return Overview(
                open: open, stopped: stopped,
                lastMessage: try db.first("SELECT received_at FROM message ORDER BY id DESC LIMIT 1") { $0.time(0) },
                lastSent: try db.first(Self.lastAccepted) { $0.time(0) })
        }
    }

    static let openEntries = """
        SELECT account, state = 'held', count(*) FROM outbox
        WHERE \(EntryState.isOpen) AND lane <> \(Outgoing.Lane.posts.rawValue) GROUP BY 1, 2
        """

    static let failedEntries = """
        SELECT account, lane = \(Outgoing.Lane.posts.rawValue), count(*) FROM outbox \(EntryState.failed.condition)
          AND coalesce(released_at, created_at) > ? GROUP BY 1, 2
        """

    /// Ids grow with time, so the last one is found without a look at all of them.
    static let lastAccepted = """
        SELECT ended_at FROM attempt WHERE outcome = 'accepted' AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1
        """
}
