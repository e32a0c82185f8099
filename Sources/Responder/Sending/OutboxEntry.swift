/// An outbox entry, as ``plan(_:window:onUnknown:at:)`` sees it: its content and the attempts so far.
public struct OutboxEntry: Sendable, Hashable {
    /// The time for which sending is tried.
    static let lifetime = Duration.hours(24)
    /// The time for which sending is tried if there is a fallback. The fallback is for the time after the 24 hours in
    /// which text is allowed.
    static let lifetimeWithFallback = Duration.hours(48)

    /// The content to send.
    public var outgoing: Outgoing
    /// The moment from which nothing is sent for it any more, whatever has held it up.
    public var expiresAt: Timestamp
    /// The moment at which the fallback replaced the text for good; `nil` if it has not.
    public var fallbackAt: Timestamp?
    /// Whether the provider refused the text because the window is shut (reasons 7 and 8).
    public var isTextRefused = false
    /// The moment of the latest fallback that the conversation got, for this entry or another one.
    public var latestFallbackAt: Timestamp?
    /// Whether the fallback has replaced another answer to the same message.
    public var isMessageReplaced = false
    /// Whether the last attempt left and its outcome is unknown.
    public var isUnknown = false

    /// Creates an entry that has not been tried.
    public init(outgoing: Outgoing, expiresAt: Timestamp) {
        self.outgoing = outgoing
        self.expiresAt = expiresAt
    }

    /// Whether another entry has used the one fallback that a conversation may get while its window is shut, also since
    /// this one first tried its own. A message gets no second one in a later window either: a message of the contact that
    /// arrives late may open one.
    func isFallbackUsed(in window: Window) -> Bool {
        guard let latestFallbackAt else { return false }
        if let fallbackAt {
            guard fallbackAt < latestFallbackAt else { return false }
        } else if isMessageReplaced {
            return true
        }
        return window.textEnd.map { latestFallbackAt >= $0 } ?? true
    }
}

extension Outgoing {
    /// Returns the moment from which nothing is sent any more (``OutboxEntry/expiresAt``).
    ///
    /// - Parameter start: The moment at which sending begins: that of the decision, of ``notBefore``, or of a release by
    ///   a person.
    public func expiry(from start: Timestamp) -> Timestamp {
        start + (fallback == nil ? OutboxEntry.lifetime : OutboxEntry.lifetimeWithFallback)
    }
}
