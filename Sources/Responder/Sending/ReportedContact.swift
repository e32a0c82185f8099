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
