public import Matching
public import Responder

/// A test from a rules file: messages on a clock of its own, and their expected results.
public struct RuleTest: Sendable {
    /// One message of a test.
    public struct Step: Sendable {
        /// The place of the message in the rules file.
        public var place: Place
        /// The message, without its time.
        public var message: Message
        /// The time since the message before.
        public var after: Duration
        /// The choices that the contact may take, of which one of the latest menu counts first; empty for a message that is
        /// no choice.
        public var choices: [Choice] = []
        /// The rule that sent the text that the message quotes.
        public var quotedRule: String?
        /// Whether the window is open; `nil` if that follows from the messages before.
        public var isWindowOpen: Bool?
        /// The expected result; `nil` if any result passes.
        public var expectation: Expectation?
    }

    /// A choice of a menu that the contact of a test takes.
    public struct Choice: Sendable {
        /// The id of the choice, with that of its rule.
        public var id: String
        /// The words that the contact sees.
        public var title: String
        /// The type of the message that tells of it.
        public var type: MessageType
    }

    /// The expected result of a message. A property that is `nil` is not checked.
    public struct Expectation: Sendable {
        /// The rule that must answer.
        public var rule: String?
        /// The expected reason for silence; empty for any reason.
        public var silence: String?
        /// The texts that must be sent.
        public var texts: [Wanted]?
        /// The choices that must be offered, by their ids without that of the rule, in order.
        public var choices: [String]?
        /// The name of the template that must be sent.
        public var template: String?
    }

    /// The expectation for one text.
    public enum Wanted: Sendable {
        /// The same text, except for white space at its ends.
        case text(String)
        /// A text in which the regular expression has a match, as in rules.
        case regex(RegularExpression)
    }

    /// The name of the test.
    public var name: String
    /// The place of the test in the rules file.
    public var place: Place
    /// The rule that the test belongs to; `nil` for a test of the file.
    public var rule: String?
    /// The time at which the test begins.
    public var start: Timestamp
    /// The messages, in their order.
    public var steps: [Step]
}
