/// What is known of one account and one contact when a message is decided.
public struct Conversation: Sendable, Hashable {
    /// When free-form text is allowed, the message at hand included.
    public var window: Window
    /// Until when the bot is quiet here; ``pause(at:)`` tells why.
    public var pausedUntil: Timestamp?
    /// What decisions so far have left behind.
    public var memory: Memory
    /// The rule that sent the message which the message at hand quotes.
    public var quotedRule: String?

    /// Makes a conversation of its parts.
    public init(
        window: Window = Window(), pausedUntil: Timestamp? = nil, memory: Memory = Memory(), quotedRule: String? = nil
    ) {
        self.window = window
        self.pausedUntil = pausedUntil
        self.memory = memory
        self.quotedRule = quotedRule
    }

    /// What quiets the bot here at that moment; nil where nothing does.
    public func pause(at now: Timestamp) -> Pause? {
        guard let pausedUntil, now < pausedUntil else { return nil }
        guard let decided = memory.pause, decided.until == pausedUntil else { return .person }
        return decided.rule.map(Pause.rule) ?? .loopGuard
    }

    /// Takes note of a message that is about to be decided outside the daemon: in tests, trials and replays.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - isWindowOpen: Whether the window is to be open, whatever the messages so far say; nil to go by them.
    ///   - now: The moment of deciding.
    public mutating func receive(_ message: Message, isWindowOpen: Bool? = nil, at now: Timestamp) {
        window.noteMessage(at: message.timestamp)
        switch isWindowOpen {
        case nil: break
        case true: window = Window(lastMessageAt: message.timestamp, end: now + Window.length)
        case false: window = Window(lastMessageAt: message.timestamp, end: now, correctedAt: now)
        }
    }

    /// Takes over what a decision changes. Store, tests and replays all go by this.
    public mutating func apply(_ changes: Changes, of message: Message, at now: Timestamp) {
        memory.note(message, at: now)
        memory.apply(changes, at: now)
        if let until = changes.pausedUntil, until >= pausedUntil ?? until {
            pausedUntil = until
            memory.pause = Memory.DecidedPause(until: until, rule: changes.pausedBy)
        }
    }
}
