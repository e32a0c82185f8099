import GRDB
public import Responder

/// What to do with an entry whose turn has come.
public enum AttemptStart: Sendable {
    /// Send this; the attempt is on record.
    case send(Attempt)
    /// Nothing is sent now; the entry is in that state, for that reason.
    case over(EntryState, EntryReason?)
}

/// An attempt that is on record and about to leave.
public struct Attempt: Sendable {
    /// The attempt's number over all.
    public var id: Int64
    /// Its number within the entry, from 1.
    public var number: Int
    /// What is to be sent.
    public var content: SendContent
    /// Whether it takes the place of a text that is no longer allowed.
    public var isFallback = false
    /// To whom.
    public var address: String
    /// When it was put on record.
    public var startedAt: Timestamp
    /// When its entry was due at first.
    public var dueAt: Timestamp
    /// When the message arrived that it answers; nil where the answer was to wait.
    public var receivedAt: Timestamp?
}

/// Where an entry stands after an attempt.
public enum Settlement: Sendable, Equatable {
    case over(EntryState)
    /// To be tried again, not before that moment.
    case retry(at: Timestamp)
    /// Kept, and the account stopped.
    case accountStopped
}
