/// A delivery report on a message that was sent: how far it has got.
public struct DeliveryUpdate: Sendable, Hashable {
    /// The provider's id of the message, from the answer to the send.
    public var unique: String
    /// The contact, by number or id.
    public var contact: ReportedContact?
    /// The progress: 1 sent, 2 delivered, 3 read, 0 or less failed.
    public var ack: Int

    /// Creates an update on the message that the provider knows by the id `unique`.
    public init(unique: String, contact: ReportedContact?, ack: Int) {
        self.unique = unique
        self.contact = contact
        self.ack = ack
    }
}

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

/// A contact, as delivery reports name it: by the number or, if that is hidden, by the provider's id.
public struct ReportedContact: Sendable, Hashable {
    /// The number or the id.
    public var address: String

    /// Creates a contact from a number or an id.
    public init(_ address: String) {
        self.address = address
    }

    /// The contact, as far as it is known from the address.
    public var contact: Contact {
        let isNumber = address.isAllDigits
        return Contact(id: isNumber ? nil : address, number: isNumber ? address : nil, address: address)
    }
}

extension String {
    /// Whether the text consists of ASCII digits, as numbers do and ids do not.
    package var isAllDigits: Bool { !isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
