public import Responder

/// What the store did with an event, and what follows from it.
public struct IntakeResult: Sendable {
    /// The word that the log, metrics and the webhook's answer have for it.
    public enum Kind: String, Sendable {
        /// A message, and it is decided.
        case new
        /// A message that was accepted before; nothing changed.
        case duplicate
        /// Any other event; it was recorded.
        case noted
        /// A person answered this contact from another tool.
        case takenOver = "taken-over"
    }

    /// What the store did.
    public var kind: Kind
    /// The decision about a new message.
    public var decided: Decided?
    /// Outbox entries that can be sent now.
    public var requeued: [EntryReference] = []
    /// Held entries that turn out to have been accepted.
    public var settled: [EntryReference] = []
    /// The provider's reason to refuse the account: it must stop sending.
    public var accountFault: Refusal?
}
