import GRDB
public import Responder

/// What accepting an event led to.
public struct Accepted: Sendable {
    /// What became of the event.
    public enum Result: String, Sendable {
        /// A message, and it is decided.
        case new
        /// A message that was accepted before; nothing changed.
        case duplicate
        /// Something else that was taken note of.
        case noted
        /// A person answered this contact from another tool.
        case takenOver = "taken-over"
    }

    /// What became of the event.
    public var result: Result
    /// What a new message led to.
    public var decided: Decided?
    /// Outbox entries that have to be looked at again.
    public var requeued: [EntryReference] = []
    /// Held entries that turn out to have been accepted.
    public var settled: [EntryReference] = []
    /// Why the account must stop sending.
    public var accountFault: Refusal?
}
