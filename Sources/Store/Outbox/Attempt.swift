public import Responder

/// The next step of an entry whose turn has come.
public enum AttemptStart: Sendable {
    /// Send this; the attempt is recorded.
    case send(Attempt)
    /// Send nothing now; the entry is in this state, for this reason.
    case over(EntryState, EntryReason?)
    /// Send nothing now; it is not the entry's turn, because an earlier one of its lane is open, or an attempt of its own
    /// is in flight.
    case notYet
    /// Send nothing before the provider has been asked for the window of this contact.
    case ask(conversation: Int64, address: String)
}

/// An attempt that is recorded and about to be sent.
public struct Attempt: Sendable {
    /// The number of the attempt, counted over all entries.
    public var id: Int64
    /// The number of the attempt within its entry, counted from 1.
    public var number: Int
    /// The content to send.
    public var content: SendContent
    /// Whether the content is the fallback for a text that is no longer allowed.
    public var isFallback = false
    /// The address of the contact.
    public var address: String
    /// The moment at which the attempt was recorded.
    public var startedAt: Timestamp
    /// The moment at which the entry was first due or, if a person has released it, was last released.
    public var dueAt: Timestamp
    /// The moment at which the answered message arrived; `nil` if the answer had to wait.
    public var receivedAt: Timestamp?
}

/// The state of an entry after an attempt.
public enum Settlement: Sendable, Equatable {
    /// The entry is in this state, and no other attempt follows by itself.
    case over(EntryState)
    /// The entry is tried again, not before this moment.
    case retry(at: Timestamp)
    /// The account is stopped. The entry is kept, unless it was withdrawn meanwhile.
    case accountStopped
}
