/// The person who writes to one of our accounts.
public struct Contact: Sendable, Hashable {
    /// The provider's stable id of this contact at this account (`IL.1605856887361213`); absent in older payloads.
    public var id: String?
    /// The phone number in international digits; `nil` if the contact hides it.
    public var number: String?
    /// The address of messages to this contact: the number, or the id if the number is hidden. Opaque.
    public var address: String
    /// The name that the contact has chosen, at most ``nameLimit`` long.
    public var name: String?

    /// The greatest length of a name, in UTF-16 units. Names in WhatsApp are far shorter, but a webhook may hold
    /// anything.
    static let nameLimit = 256

    /// Creates a contact; a name that is longer than ``nameLimit`` is shortened.
    public init(id: String? = nil, number: String? = nil, address: String, name: String? = nil) {
        self.id = id
        self.number = number
        self.address = address
        self.name = name?.shortened(toUTF16: Self.nameLimit)
    }
}
