/// What the provider says later about a message that was sent: how far it has got.
public struct DeliveryUpdate: Sendable, Hashable {
    /// The provider's id of the message, as answered to the send.
    public var unique: String
    /// The contact, by number or id.
    public var contact: ReportedContact?
    /// 1 sent, 2 delivered, 3 read, 0 or less failed.
    public var ack: Int

    /// An update of these parts.
    public init(unique: String, contact: ReportedContact?, ack: Int) {
        self.unique = unique
        self.contact = contact
        self.ack = ack
    }
}

/// What the provider says later about a message that it had accepted: it was not delivered.
public struct DeliveryFailure: Sendable, Hashable {
    /// The provider's id of the message, as answered to the send.
    public var unique: String
    /// The contact, by number or id.
    public var contact: ReportedContact?
    /// The reason; reads like `reason` in an answer.
    public var reason: Int

    /// A failure of these parts.
    public init(unique: String, contact: ReportedContact?, reason: Int) {
        self.unique = unique
        self.contact = contact
        self.reason = reason
    }
}

/// A contact as delivery reports name it: by the number or, if that is hidden, by the provider's id.
public struct ReportedContact: Sendable, Hashable {
    /// The number or the id.
    public var address: String

    /// The contact of that address.
    public init(_ address: String) {
        self.address = address
    }

    /// The contact, as far as the address says.
    public var contact: Contact {
        let isNumber = address.isAllDigits
        return Contact(id: isNumber ? nil : address, number: isNumber ? address : nil, address: address)
    }
}

extension String {
    /// Whether it consists of ASCII digits, as numbers do and ids do not.
    package var isAllDigits: Bool { !isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
