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
}

extension Store {
    /// Lists outbox entries, the latest first.
    public func entries(_ filter: EntryFilter, limit: Int = 100) async throws(StoreError) -> [ListedEntry] {
        try await read { db in
            let (condition, arguments) = filter.sql
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT o.*, c.address, d.rule, d.because, m.body, m.caption FROM outbox o
                    JOIN contact c ON c.id = o.conversation JOIN message m ON m.id = o.message
                    JOIN decision d ON d.message = o.message
                    WHERE \(condition) ORDER BY o.id DESC LIMIT ?
                    """, arguments: arguments + [limit]
            ).map { try ListedEntry(row: $0, db) }
        }
    }

    /// Sends a held, failed or dropped entry again, whatever is known of it. False where it is none of these.
    public func release(_ entry: Int64, at now: Timestamp) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET state = 'waiting', reason = 'released', is_unknown = 0, is_withdrawn = 0,
                      created_at = ?, due_at = ?, fallback_at = CASE WHEN fallback_at IS NULL THEN NULL ELSE ? END
                    WHERE id = ? AND state IN ('held', 'failed', 'dropped')
                    """, arguments: [now, now, now, entry])
            return db.changesCount == 1
        }
    }

    /// Gives an entry up that has not been sent. False where there is nothing to give up.
    public func drop(_ entry: Int64) async throws(StoreError) -> Bool {
        try await write { db in
            try db.execute(
                sql: """
                    UPDATE outbox SET state = 'dropped', reason = 'by-hand', is_unknown = 0
                    WHERE id = ? AND state IN ('held', 'waiting', 'failed')
                    """, arguments: [entry])
            return db.changesCount == 1
        }
    }

    /// All entries that are to be sent, in order.
    public func waitingEntries() async throws(StoreError) -> [EntryReference] {
        try await read { db in try EntryReference.waiting(db) }
    }
}

extension EntryReference {
    static func waiting(_ db: Database) throws -> [EntryReference] {
        try Row.fetchAll(
            db, sql: "SELECT id, conversation, account, due_at, lane FROM outbox WHERE state = 'waiting' ORDER BY id"
        ).map(EntryReference.init)
    }
}

extension EntryFilter {
    fileprivate var sql: (String, StatementArguments) {
        switch self {
        case .all: ("TRUE", [])
        case .id(let id): ("o.id = ?", [id])
        case .state(let state): ("o.state = ?", [state.rawValue])
        case .needingAttention(let now):
            (
                """
                o.state = 'held' OR (o.state = 'failed' AND o.created_at > ?)
                OR (o.state IN ('waiting', 'sending') AND o.account IN (SELECT number FROM stopped_account))
                """, [now - .days(7)]
            )
        }
    }
}

extension ListedEntry {
    fileprivate init(row: Row, _ db: Database) throws {
        let attempts = try Row.fetchAll(
            db, sql: "SELECT * FROM attempt WHERE entry = ? ORDER BY number", arguments: [row["id"] as Int64]
        ).map {
            Attempt(
                number: $0["number"], kind: $0["kind"], startedAt: $0["started_at"], outcome: $0["outcome"],
                detail: $0["detail"], delivery: $0["delivery"])
        }
        self.init(
            id: row["id"], account: row["account"], contact: row["address"], state: row["state"], reason: row["reason"],
            outgoing: try StoredJSON.decode(Outgoing.self, from: row["outgoing"]), createdAt: row["created_at"],
            dueAt: row["due_at"], rule: row["rule"], because: row["because"],
            message: (row["caption"] as String?) ?? row["body"], attempts: attempts)
    }
}
