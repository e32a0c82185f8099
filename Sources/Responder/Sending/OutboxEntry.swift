/// An outbox entry, as ``plan(_:window:onUnknown:at:)`` sees it: its content and the attempts so far.
public struct OutboxEntry: Sendable, Hashable {
    /// The time for which sending is tried.
    public static let lifetime = Duration.hours(24)

    /// The content to send.
    public var outgoing: Outgoing
    /// The moment from which sending is tried for ``lifetime``: the time of the decision or, if the entry had to wait,
    /// the time at which it was due. A release by a person sets it anew.
    public var triedFrom: Timestamp
    /// The moment at which the fallback replaced the text for good; `nil` if it has not.
    public var fallbackAt: Timestamp?
    /// Whether the provider refused the text because the window is shut (reasons 7 and 8).
    public var isTextRefused = false
    /// Whether another answer to the same message has used the only fallback that a message may get.
    public var isFallbackUsedElsewhere = false
    /// Whether the last attempt left and its outcome is unknown.
    public var isUnknown = false

    /// Creates an entry that has not been tried.
    public init(outgoing: Outgoing, triedFrom: Timestamp) {
        self.outgoing = outgoing
        self.triedFrom = triedFrom
    }
}
