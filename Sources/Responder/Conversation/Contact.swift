/// The person who writes to one of our accounts.
public struct Contact: Sendable, Hashable {
    /// The provider's stable id of this contact at this account (`IL.1605856887361213`); absent in older payloads.
    public var id: String?
    /// The phone number in international digits; `nil` if the contact hides it.
    public var number: String?
    /// The address of messages to this contact: the number, or the id if the number is hidden. Opaque.
    public var address: String
    /// The name that the contact has chosen, on one line and at most ``nameLimit`` long.
    public var name: String?

    /// The greatest length of a name, in UTF-16 units. Names in WhatsApp are far shorter, but a webhook may hold
    /// anything.
    static let nameLimit = 256

    /// Creates a contact; a name that is longer than ``nameLimit`` is shortened, and its line breaks become spaces: it
    /// is put into the middle of answers.
    public init(id: String? = nil, number: String? = nil, address: String, name: String? = nil) {
        self.id = id
        self.number = number
        self.address = address
        self.name = name.map(Self.tidied).flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func tidied(_ name: String) -> String {
        // Line breaks begin with these bytes; nearly every name has none of them.
        guard name.utf8.contains(where: { $0 < 0x20 || $0 == 0xC2 || $0 == 0xE2 }) else {
            return name.shortened(toUTF16: nameLimit)
        }
        // No more is looked at than can matter, however long the name is.
        let beginning = String(String.UnicodeScalarView(name.unicodeScalars.prefix(16 * nameLimit)))
        return beginning.onOneLine.shortened(toUTF16: nameLimit)
    }
}
