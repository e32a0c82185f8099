/// What is known of one account and one contact when a message is decided.
public struct Conversation: Sendable, Hashable {
    /// When free-form text is allowed, the message at hand included.
    public var window: Window
    /// Until when the bot is quiet here because a person answers.
    public var pausedUntil: Timestamp?

    /// Makes a conversation of its parts.
    public init(window: Window = Window(), pausedUntil: Timestamp? = nil) {
        self.window = window
        self.pausedUntil = pausedUntil
    }
}
