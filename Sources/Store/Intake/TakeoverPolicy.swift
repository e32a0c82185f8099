import GRDB
public import Responder

/// How long a conversation is left to the person who took it over.
public struct TakeoverPolicy: Sendable {
    /// Zero: not at all.
    public var pause: Duration
    /// What the account's configuration says of unknown outcomes.
    public var onUnknown: UnknownPolicy

    /// Makes a policy of its parts.
    public init(pause: Duration, onUnknown: UnknownPolicy) {
        self.pause = pause
        self.onUnknown = onUnknown
    }
}
