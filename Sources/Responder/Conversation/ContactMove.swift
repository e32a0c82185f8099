/// The news that a contact is known by other addresses from now on.
public struct ContactMove: Sendable, Hashable {
    /// The addresses by which the contact was known: the provider's id, the number, or both.
    public var former: Contact
    /// The addresses by which the contact is known now.
    public var latest: Contact
    /// The moment of the change: who writes from the former number afterwards is somebody else.
    public var movedAt: Timestamp

    /// Creates the news.
    public init(from former: Contact, to latest: Contact, at movedAt: Timestamp) {
        self.former = former
        self.latest = latest
        self.movedAt = movedAt
    }
}
