public import Matching
public import Responder

/// A test from a rules file: messages on a clock of its own, and what must come of them.
public struct RuleTest: Sendable {
    /// One message.
    public struct Step: Sendable {
        /// Where it is written.
        public var place: Place
        /// The message, but for its time.
        public var message: Message
        /// How long after the one before.
        public var after: Duration
        /// The rule that sent what the message quotes.
        public var quotedRule: String?
        /// Whether the window is open, whatever was before; nil where it follows from the messages.
        public var isWindowOpen: Bool?
        /// What must come of it; nil where that does not matter.
        public var expectation: Expectation?
    }

    /// What must come of a message. What is nil does not matter.
    public struct Expectation: Sendable {
        /// The rule that must answer.
        public var rule: String?
        /// The reason of the silence that must be; empty for any.
        public var silence: String?
        /// The texts that must be sent.
        public var texts: [Wanted]?
        /// The name of the template that must be sent.
        public var template: String?
    }

    /// What a text must be like.
    public enum Wanted: Sendable {
        /// The same, but for white space at its ends.
        case text(String)
        /// Somewhere in it, as the regular expressions of rules match.
        case regex(RegularExpression)
    }

    /// What it is called.
    public var name: String
    /// Where it is written.
    public var place: Place
    /// The rule whose test it is; nil for a test of the file.
    public var rule: String?
    /// When it begins.
    public var start: Timestamp
    /// The messages.
    public var steps: [Step]
}
