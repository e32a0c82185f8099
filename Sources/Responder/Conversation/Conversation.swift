/// The state of one account and one contact when a message is decided.
public struct Conversation: Sendable, Hashable {
    /// The window for free-form text; includes the message that is being decided.
    public var window: Window
    /// The moment until which the bot is quiet here; ``pause(at:)`` gives the reason.
    public var pausedUntil: Timestamp?
    /// The memory that earlier decisions have left.
    public var memory: Memory
    /// The rule that sent the message which is quoted by the message that is being decided.
    public var quotedRule: String?

    /// Creates a conversation; without arguments, that of a contact who has never written.
    public init(
        window: Window = Window(), pausedUntil: Timestamp? = nil, memory: Memory = Memory(), quotedRule: String? = nil
    ) {
        self.window = window
        self.pausedUntil = pausedUntil
        self.memory = memory
        self.quotedRule = quotedRule
    }

    /// Returns the reason for which the bot is quiet at that moment; `nil` if it is not.
    public func pause(at now: Timestamp) -> Pause? {
        guard let pausedUntil, now < pausedUntil else { return nil }
        guard let decided = memory.pause, decided.until == pausedUntil else { return .person }
        return decided.rule.map(Pause.rule) ?? .loopGuard
    }

    /// Records a message that is about to be decided outside the daemon: in tests, trials and replays.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - isWindowOpen: Whether the window is to be open, regardless of the messages so far; `nil` to go by them.
    ///   - now: The moment of deciding.
    public mutating func receive(_ message: Message, isWindowOpen: Bool? = nil, at now: Timestamp) {
        // What is no message of the contact opens no window. Providers' clocks may be ahead of ours, but no message is
        // sent after it has come: the provider's word about a shut window must count.
        if message.type.isMessage { window.recordMessage(at: min(message.timestamp, now)) }
        switch isWindowOpen {
        case nil: break
        case true: window = Window(lastMessageAt: message.timestamp, end: now + Window.length)
        case false: window = Window(lastMessageAt: message.timestamp, end: now, correctedAt: now)
        }
    }

    /// Applies the changes of a decision. The store, tests and replays all use this method.
    ///
    /// - Parameters:
    ///   - changes: The changes.
    ///   - message: The message that was decided.
    ///   - rule: The rule of the decision; `nil` if it has none.
    ///   - now: The moment of the decision.
    public mutating func apply(_ changes: Changes, of message: Message, by rule: String?, at now: Timestamp) {
        if message.type.isMessage { memory.record(message, decidedBy: rule, at: now) }
        memory.apply(changes, of: message, at: now)
        if let until = changes.pausedUntil, until >= pausedUntil ?? until {
            pausedUntil = until
            memory.pause = Memory.DecidedPause(until: until, rule: changes.pausedBy)
        }
    }
}
