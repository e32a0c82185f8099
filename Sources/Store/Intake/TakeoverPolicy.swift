public import Responder

/// The settings for a takeover, and for attempts whose outcome is unknown.
public struct TakeoverPolicy: Sendable {
    /// The time for which a conversation is left to the person who took it over; zero for none.
    public var pause: Duration
    /// The account's setting for unknown outcomes.
    public var onUnknown: UnknownPolicy

    /// Creates a policy; a `pause` of zero ignores takeovers.
    public init(pause: Duration, onUnknown: UnknownPolicy) {
        self.pause = pause
        self.onUnknown = onUnknown
    }
}
