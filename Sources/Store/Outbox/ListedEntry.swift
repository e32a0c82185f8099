import Foundation
import GRDB
public import Responder

/// An outbox entry with its attempts, for people.
public struct ListedEntry: Sendable {
    /// One attempt to send it.
    public struct Attempt: Sendable {
        /// The number of the attempt, counted from 1.
        public var number: Int
        /// The kind of content that was sent.
        public var kind: SendContent.Kind
        /// The moment at which the attempt left.
        public var startedAt: Timestamp
        /// The outcome; `nil` while the attempt is in flight.
        public var outcome: AttemptOutcome.Kind?
        /// The outcome in words; `nil` if there are none.
        public var detail: String?
        /// The progress of delivery: 1 sent, 2 delivered, 3 read, 0 failed; `nil` if nothing has been reported.
        public var delivery: Int?
    }

    /// The number of the entry.
    public var id: Int64
    /// The account that sends it.
    public var account: String
    /// The number of its conversation.
    public var conversation: Int64
    /// The number of the message it answers.
    public var messageID: Int64
    /// The address of the contact.
    public var contact: String
    /// The state of the entry.
    public var state: EntryState
    /// The reason for the state; `nil` if there is none.
    public var reason: EntryReason?
    /// The reason in a sentence, if there is one.
    public var detail: String?
    /// The content to send.
    public var outgoing: Outgoing
    /// The moment at which it was decided.
    public var decidedAt: Timestamp
    /// The moment at which a person last released it; `nil` if nobody did.
    public var releasedAt: Timestamp?
    /// The moment of the next attempt, while it waits.
    public var dueAt: Timestamp
    /// The rule that decided it.
    public var rule: String?
    /// The reason of the decision, in a sentence.
    public var because: String
    /// The caption or, without one, the body of the message that it answers.
    public var message: String
    /// The attempts so far.
    public var attempts: [Attempt]
    /// What decides whether it can be released.
    var releasable: Releasable

    /// Whether the fallback has replaced the text for good: it was sent, or at least tried.
    public var isReplaced: Bool { releasable.entry.fallbackAt != nil && outgoing.fallback != nil }

    /// The content that is sent: the fallback once it has replaced the text.
    public var content: SendContent {
        guard isReplaced, let fallback = outgoing.fallback else { return outgoing.body }
        return .message(.template(fallback))
    }

    /// Whether the contact was erased, with what the entry said.
    public var isForgotten: Bool { outgoing == .forgotten }

    /// Returns the reason for which it can't be released; `nil` if it can.
    public func releaseRefusal(at now: Timestamp) -> ReleaseRefusal? { releasable.refusal(at: now) }
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
        let state = EntryState(rawValue: row["state"]) ?? .failed
        let outgoing = (try? StoredJSON.decode(Outgoing.self, from: row["outgoing"])) ?? .unreadable
        var entry = OutboxEntry(outgoing: outgoing, expiresAt: row["expires_at"])
        entry.fallbackAt = row["fallback_at"]
        entry.latestFallbackAt = row["latest_fallback_at"]
        entry.isMessageReplaced = row["is_message_replaced"]
        entry.isTextRefused = row["text_refused"]
        entry.isUnknown = row["is_unknown"]
        let window = Window(
            lastMessageAt: row["last_message_at"], end: row["window_end"], correctedAt: row["window_corrected_at"])
        self.init(
            id: row["id"], account: row["account"], conversation: row["conversation"], messageID: row["message"],
            contact: row["address"], state: state,
            reason: (row["reason"] as String?).flatMap(EntryReason.init), detail: row["detail"],
            outgoing: outgoing, decidedAt: row["decided_at"],
            releasedAt: row["released_at"], dueAt: row["due_at"], rule: row["rule"], because: row["because"],
            message: (row["caption"] as String?) ?? row["body"], attempts: attempts,
            releasable: Releasable(
                state: state, isAccountStopped: row["is_account_stopped"], isOptedOut: row["is_opted_out"],
                window: window, entry: entry))
    }
}

extension Outgoing {
    /// A replacement for content that can't be read, so that the other entries can still be listed.
    fileprivate static var unreadable: Outgoing {
        Outgoing(body: .message(.text("(unreadable)", replyTo: nil)), textEnd: Timestamp(seconds: 0))
    }
}
