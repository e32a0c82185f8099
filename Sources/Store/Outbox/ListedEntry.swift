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
        Outgoing(body: .message(.text("(unreadable)", replyTo: nil)), textEnd: Timestamp(seconds: 0))
    }
}
