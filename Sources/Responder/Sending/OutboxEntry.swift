/// An outbox entry as ``plan(_:window:onUnknown:at:)`` sees it: what is to be sent and what has been tried.
public struct OutboxEntry: Sendable, Hashable {
    /// How long sending is tried.
    public static let lifetime = Duration.hours(24)

    /// What is to be sent.
    public var outgoing: Outgoing
    /// From when on sending is tried for ``lifetime``: when it was decided or, where it had to wait, when it was due;
    /// anew from when somebody released it.
    public var triedFrom: Timestamp
    /// When the fallback took the text's place for good.
    public var fallbackAt: Timestamp?
    /// Whether the provider refused the text because the window is shut (reasons 7 and 8).
    public var isTextRefused = false
    /// Whether another answer to the same message has used the one fallback a message may get.
    public var isFallbackTaken = false
    /// Whether the last attempt left and nobody knows what became of it.
    public var isUnknown = false

    /// A new entry.
    public init(outgoing: Outgoing, triedFrom: Timestamp) {
        self.outgoing = outgoing
        self.triedFrom = triedFrom
    }
}
