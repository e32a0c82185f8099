import Foundation
import GRDB
public import Responder

/// An outbox entry with its story, for people.
public struct ListedEntry: Sendable {
    /// One attempt to send it.
    public struct Attempt: Sendable {
        /// Counted from 1.
        public var number: Int
        /// `text`, `template` or `post`.
        public var kind: String
        /// When it left.
        public var startedAt: Timestamp
        /// What became of it; nil while it is under way.
        public var outcome: String?
        /// In words.
        public var detail: String?
        /// How far it has got: 1 sent, 2 delivered, 3 read, 0 failed.
        public var delivery: Int?
    }

    /// Its number.
    public var id: Int64
    /// The account that sends it.
    public var account: String
    /// The number of its conversation.
    public var conversation: Int64
    /// The number of the message it answers.
    public var messageID: Int64
    /// To whom.
    public var contact: String
    /// Where it stands.
    public var state: String
    /// Why it stands there.
    public var reason: String?
    /// What is to be sent.
    public var outgoing: Outgoing
    /// When it was decided or due.
    public var createdAt: Timestamp
    /// When somebody last had it sent again; nil where nobody did.
    public var releasedAt: Timestamp?
    /// When it is tried next, while it waits.
    public var dueAt: Timestamp
    /// The rule that decided it.
    public var rule: String?
    /// Why it decided so.
    public var because: String
    /// What the contact had written.
    public var message: String
    /// The attempts so far.
    public var attempts: [Attempt]
}

/// Which entries are listed.
public enum EntryFilter: Sendable {
    /// Those that a person should look at: held, of stopped accounts, given up within a week.
    case needingAttention(at: Timestamp)
    /// Those of one state.
    case state(EntryState)
    case all
    case id(Int64)
    /// Those that answer one message.
    case message(Int64)

    /// How long an entry that was given up is worth a look.
    public static let attention = Duration.days(7)
}

/// What releasing an entry led to.
public enum Release: Sendable, Hashable {
    /// It is sent again.
    case released(EntryReference)
    /// It is neither held nor failed nor dropped.
    case notOver
    /// Its contact has opted out.
    case optedOut
}

extension Store {
    /// Lists outbox entries, the latest first.
    ///
    /// - Parameters:
    ///   - filter: Which.
    ///   - account: Of that account alone; nil for all.
    ///   - before: Only entries with smaller numbers.
    ///   - limit: How many at most.
    ///   - hasRoom: Whether the page takes another one; asked for each but the first.
    /// - Returns: The entries, and before which the next page goes on; nil where there is none.
    public func entryPage(
        _ filter: EntryFilter, account: String? = nil, before: Int64 = .max, limit: Int,
        hasRoom: @escaping @Sendable (ListedEntry) -> Bool = { _ in true }
    ) async throws(StoreError) -> (entries: [ListedEntry], next: Int64?) {
        try await read { db in
            var arguments = filter.arguments
            arguments += ["before": before, "account": account, "limit": limit + 1]
            let rows = try Row.fetchCursor(db.cachedStatement(sql: Self.listedEntries(filter)), arguments: arguments)
            var entries: [ListedEntry] = []
            while let row = try rows.next() {
                guard entries.count < limit else { return (entries, entries.last?.id) }
                let entry = try ListedEntry(row: row, db)
                guard entries.isEmpty || hasRoom(entry) else { return (entries, entries.last?.id) }
                entries.append(entry)
            }
            return (entries, nil)
        }
    }

    /// Lists outbox entries as ``entryPage(_:account:before:limit:hasRoom:)`` does, without bound in bytes.
    public func entries(
        _ filter: EntryFilter, account: String? = nil, before: Int64 = .max, limit: Int = 100
    ) async throws(StoreError) -> [ListedEntry] {
        try await entryPage(filter, account: account, before: before, limit: limit).entries
    }

    static func listedEntries(_ filter: EntryFilter) -> String {
        // Each part is served by an index, where it has one, and by entries' numbers.
        let parts = filter.conditions.map { condition in
            """
            SELECT * FROM (SELECT id FROM outbox \(condition) AND id < :before
              AND (:account IS NULL OR account = :account) ORDER BY id DESC LIMIT :limit)
            """
        }
        return """
            SELECT o.*, c.address, d.rule, d.because, m.body, m.caption
            FROM (\(parts.joined(separator: " UNION "))) e
            CROSS JOIN outbox o ON o.id = e.id
            JOIN contact c ON c.id = o.conversation JOIN message m ON m.id = o.message
            JOIN decision d ON d.message = o.message
            ORDER BY e.id DESC LIMIT :limit
            """
    }

    /// Sends a held, failed or dropped entry again, whatever is known of it, but not to who wants to hear nothing.
    public func release(
        _ entry: Int64, at now: Timestamp, by command: Command? = nil
    ) async throws(StoreError) -> Release {
        try await write(for: .progress) { db in
            let lane = Outgoing.Lane.posts
            let contact = try db.first(
                "SELECT conversation FROM outbox WHERE id = ? AND lane <> ?", entry, lane.rawValue
            ) { $0.integer(0) }
            if let contact, try self.conversation(contact, db).memory.isOptedOut { return .optedOut }
            try db.executeCached(
                sql: """
                    UPDATE outbox SET state = 'waiting', reason = 'released', is_unknown = 0, is_withdrawn = 0,
                      released_at = ?, due_at = ?, fallback_at = CASE WHEN fallback_at IS NULL THEN NULL ELSE ? END
                    WHERE id = ? AND state IN ('held', 'failed', 'dropped')
                    """, arguments: [now, now, now, entry])
            guard db.changesCount == 1 else { return .notOver }
            if let command { try Self.note(.released, by: command, entry: entry, db) }
            return try Row.fetchOne(
                db, sql: "SELECT id, conversation, account, due_at, lane FROM outbox WHERE id = ?", arguments: [entry]
            ).map { .released(EntryReference(row: $0)) } ?? .notOver
        }
    }

    /// Gives an entry up that has not been sent. False where there is nothing to give up.
    public func drop(_ entry: Int64, by command: Command? = nil) async throws(StoreError) -> Bool {
        try await write(for: .progress) { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET state = 'dropped', reason = 'by-hand', is_unknown = 0
                    WHERE id = ? AND state IN ('held', 'waiting', 'failed')
                    """, arguments: [entry])
            guard db.changesCount == 1 else { return false }
            if let command { try Self.note(.dropped, by: command, entry: entry, db) }
            return true
        }
    }

    /// All entries that are to be sent, in order.
    public func waitingEntries() async throws(StoreError) -> [EntryReference] {
        try await read { db in try EntryReference.all(.waiting, db) }
    }
}

extension EntryReference {
    static func all(_ state: EntryState, _ db: Database) throws -> [EntryReference] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT id, conversation, account, due_at, lane FROM outbox \(state.condition) ORDER BY id
                """
        ).map(EntryReference.init)
    }
}

extension EntryState {
    /// Finds what is not over by its index, which SQLite would leave for the order of numbers.
    static let open = "INDEXED BY outbox_open WHERE \(isOpen)"
    /// Finds what was given up by its index.
    static let givenUp = "INDEXED BY outbox_given_up WHERE state IN ('failed', 'dropped')"

    /// Finds entries of this state, by an index where there is one.
    var condition: String {
        let own = "state = '\(rawValue)'"
        return switch self {
        case .waiting, .sending, .held: "\(Self.open) AND \(own)"
        case .failed, .dropped: "\(Self.givenUp) AND \(own)"
        case .sent, .dryRun: "WHERE \(own)"
        }
    }
}

extension EntryFilter {
    /// Of which one must hold.
    fileprivate var conditions: [String] {
        switch self {
        case .all: ["WHERE TRUE"]
        case .id: ["WHERE id = :id"]
        case .message: ["WHERE message = :message"]
        case .state(let state): [state.condition]
        case .needingAttention:
            [
                EntryState.held.condition,
                "\(EntryState.failed.condition) AND coalesce(released_at, created_at) > :since",
                """
                \(EntryState.open) AND state IN ('waiting', 'sending')
                AND account IN (SELECT number FROM stopped_account)
                """,
            ]
        }
    }

    fileprivate var arguments: StatementArguments {
        switch self {
        case .all, .state: [:]
        case .id(let id): ["id": id]
        case .message(let message): ["message": message]
        case .needingAttention(let now): ["since": now - Self.attention]
        }
    }
}

extension ListedEntry {
    init(row: Row, _ db: Database) throws {
        let attempts = try Row.fetchAll(
            db.cachedStatement(sql: "SELECT * FROM attempt WHERE entry = ? ORDER BY number"),
            arguments: [row["id"] as Int64]
        ).map {
            Attempt(
                number: $0["number"], kind: $0["kind"], startedAt: $0["started_at"], outcome: $0["outcome"],
                detail: $0["detail"], delivery: $0["delivery"])
        }
        self.init(
            id: row["id"], account: row["account"], conversation: row["conversation"], messageID: row["message"],
            contact: row["address"], state: row["state"], reason: row["reason"],
            outgoing: (try? StoredJSON.decode(Outgoing.self, from: row["outgoing"])) ?? .unreadable,
            createdAt: row["created_at"],
            releasedAt: row["released_at"], dueAt: row["due_at"], rule: row["rule"], because: row["because"],
            message: (row["caption"] as String?) ?? row["body"], attempts: attempts)
    }
}

extension Outgoing {
    /// Stands for what the database does not hold any more: others must be seen all the same.
    fileprivate static var unreadable: Outgoing {
        Outgoing(body: .text("(unreadable)", replyTo: nil), textEnd: Timestamp(seconds: 0))
    }
}
