/// A delivery report on a message that was sent: how far it has got.
public struct DeliveryUpdate: Sendable, Hashable {
    /// The provider's id of the message, from the answer to the send.
    public var unique: String
    /// The contact, by number or id.
    public var contact: ReportedContact?
    /// The progress: 1 sent, 2 delivered, 3 read, 0 or less failed.
    public var ack: Int
    /// The sender of the message.
    public var origin: ReportOrigin

    /// Creates an update on the message that the provider knows by the id `unique`.
    public init(unique: String, contact: ReportedContact?, ack: Int, origin: ReportOrigin = .unclear) {
        self.unique = unique
        self.contact = contact
        self.ack = ack
        self.origin = origin
    }
}
