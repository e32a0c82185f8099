public import Responder

/// The result of storing an event, and its consequences.
public struct IntakeResult: Sendable {
    /// The kind of a result, in a word that the log, metrics and the webhook's answer share.
    public enum Kind: String, Sendable, CaseIterable {
        /// A new message, which is now decided.
        case new
        /// A message that was accepted before; nothing changed.
        case duplicate
        /// Any other event; it was recorded.
        case noted
        /// A person answered this contact from another tool.
        case takenOver = "taken-over"
    }

    /// The kind of the result.
    public var kind: Kind
    /// The decision about a new message.
    public var decided: Decided?
    /// The provider's refusal of the account, which must stop sending; `nil` if there is none.
    public var accountFault: Refusal?
}
