/// A delivery report on a message that the provider had accepted: it was not delivered.
public struct DeliveryFailure: Sendable, Hashable {
    /// The provider's id of the message, from the answer to the send.
    public var unique: String
    /// The contact, by number or id.
    public var contact: ReportedContact?
    /// The provider's reason; has the same meaning as `reason` in an answer.
    public var reason: Int

    /// Creates a failure of the message that the provider knows by the id `unique`.
    public init(unique: String, contact: ReportedContact?, reason: Int) {
        self.unique = unique
        self.contact = contact
        self.reason = reason
    }
}
