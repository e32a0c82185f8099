/// The person who writes to one of our accounts.
public struct Contact: Sendable, Hashable {
    /// The provider's stable id of this contact at this account (`IL.1605856887361213`); absent in older payloads.
    public var id: String?
    /// The phone number in international digits; absent where the contact hides it.
    public var number: String?
    /// What a message to this contact is addressed to: the number, or the id where the number is hidden. Opaque.
    public var address: String
    /// The name the contact goes by, chosen by the contact, and at most ``nameLimit`` long.
    public var name: String?

    /// The longest name, in UTF-16 units; WhatsApp's own are far shorter, but a webhook may hold anything.
    static let nameLimit = 256

    /// Makes a contact of its parts.
    public init(id: String? = nil, number: String? = nil, address: String, name: String? = nil) {
        self.id = id
        self.number = number
        self.address = address
        self.name = name?.shortened(toUTF16: Self.nameLimit)
    }
}
