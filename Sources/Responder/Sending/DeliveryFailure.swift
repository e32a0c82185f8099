/// A delivery report on a message that the provider had accepted: it was not delivered.
public struct DeliveryFailure: Sendable, Hashable {
    /// The provider's id of the message, from the answer to the send.
    public var unique: String
    /// The contact, by number or id.
    public var contact: ReportedContact?
    /// The outcome that the provider's reason would have meant in the answer to the send.
    public var outcome: AttemptOutcome
    /// The sender of the message.
    public var origin: ReportOrigin

    /// Creates a failure of the message that the provider knows by the id `unique`.
    public init(
        unique: String, contact: ReportedContact?, outcome: AttemptOutcome, origin: ReportOrigin = .unclear
    ) {
        self.unique = unique
        self.contact = contact
        self.outcome = outcome
        self.origin = origin
    }
}
