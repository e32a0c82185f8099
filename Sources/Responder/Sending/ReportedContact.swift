/// A contact, as delivery reports name it: by the number or, if that is hidden, by the provider's id.
public struct ReportedContact: Sendable, Hashable {
    /// The number or the id.
    public var address: String

    /// Creates a contact from a number or an id, as a provider writes it.
    public init(_ address: String) {
        self.address = address.contactAddress
    }

    /// The contact, as far as it is known from the address.
    public var contact: Contact {
        let isNumber = address.isAllDigits
        return Contact(id: isNumber ? nil : address, number: isNumber ? address : nil, address: address)
    }
}

extension String {
    /// The address of a contact as replyd knows it: of a number the digits alone, also where a provider writes it with a `+`
    /// or as WhatsApp's servers do (`972501234567@c.us`).
    package var contactAddress: String {
        if isAllDigits { return self }
        let name =
            ["@c.us", "@s.whatsapp.net"].lazy.filter(hasSuffix).map { self.dropLast($0.utf8.count) }.first ?? self[...]
        if name.utf8.allSatisfy({ (0x30...0x39).contains($0) }), !name.isEmpty { return String(name) }
        return name.hasPrefix("+") ? WrittenNumber(String(name))?.digits ?? self : self
    }

    /// Whether the text consists of ASCII digits, as numbers do and ids do not.
    package var isAllDigits: Bool { !isEmpty && utf8.allSatisfy { (0x30...0x39).contains($0) } }
}
