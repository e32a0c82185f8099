/// The news that a contact is known by other addresses from now on.
public struct ContactMove: Sendable, Hashable {
    /// The addresses by which the contact was known: the provider's id, the number, or both.
    public var former: Contact
    /// The addresses by which the contact is known now.
    public var latest: Contact

    /// Creates the news.
    public init(from former: Contact, to latest: Contact) {
        self.former = former
        self.latest = latest
    }
}
