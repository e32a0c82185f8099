import Foundation
import GRDB
public import Responder

/// An outbox entry with its story, for people.
public struct ListedEntry: Sendable {
    /// One attempt to send it.
    public struct Attempt: Sendable {
        /// Counted from 1.
        public var number: Int
        /// What was sent.
        public var kind: SendContent.Kind
        /// When it left.
        public var startedAt: Timestamp
        /// Its outcome; `nil` while it is in flight.
        public var outcome: AttemptOutcome.Kind?
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
    /// Its state.
    public var state: EntryState
    /// Why it is in that state.
    public var reason: EntryReason?
    /// The reason in a sentence, if there is one.
    public var detail: String?
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
                number: $0["number"], kind: SendContent.Kind(rawValue: $0["kind"]) ?? .text,
                startedAt: $0["started_at"],
                outcome: ($0["outcome"] as String?).flatMap(AttemptOutcome.Kind.init), detail: $0["detail"],
                delivery: $0["delivery"])
        }
        self.init(
            id: row["id"], account: row["account"], conversation: row["conversation"], messageID: row["message"],
            contact: row["address"], state: EntryState(rawValue: row["state"]) ?? .failed,
            reason: (row["reason"] as String?).flatMap(EntryReason.init), detail: row["detail"],
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
