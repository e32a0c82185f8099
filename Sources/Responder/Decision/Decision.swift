/// What one message led to: an answer or silence, and why.
public struct Decision: Sendable {
    /// What the contact gets.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        case reply, template, silent
    }

    /// Why, in a word that logs, metrics and the database share.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// A rule answers.
        case matched
        /// No rule answers.
        case noMatch = "no-match"
        /// A rule says so.
        case ignored
        /// A rule matched that has nothing to say.
        case noReply = "no-reply"
        /// All that a rule had to say turned out empty once its variables were filled in.
        case emptyReply = "empty-reply"
        /// The 24-hour window has shut.
        case windowExpired = "window-expired"
        /// The message is older than `max_age`.
        case tooOld = "too-old"
        /// Our own account wrote it.
        case ownMessage = "own-message"
        /// Another account of ours wrote it.
        case ownAccount = "own-account"
        /// A reaction to a message, not a message.
        case reaction
        /// A group, a broadcast or a status.
        case notPrivate = "not-private"
        /// A person answers in this conversation.
        case paused
        /// The contact has asked never to be written to.
        case optedOut = "opted-out"
        /// A rule would have answered, had it not done so lately.
        case cooldown
        /// A rule on trial would have answered.
        case shadow
        /// The contact may be a robot that answers our answers.
        case loop
    }

    /// The rule that answered or kept silent; nil where none did.
    public var rule: String?
    /// What the contact gets.
    public var outcome: Outcome
    /// Why.
    public var reason: Reason
    /// The reason in a sentence, for people.
    public var because: String
    /// What is to be sent, in order; at the moment of sending ``plan(_:window:onUnknown:at:)`` has the last word.
    public var sends: [Outgoing]
    /// What changes in the conversation.
    public var changes = Changes()
    /// The revision of the rule set that decided.
    public var revision: String

    /// Makes a decision of its parts.
    public init(
        rule: String?, outcome: Outcome, reason: Reason, because: String, sends: [Outgoing] = [], revision: String
    ) {
        self.rule = rule
        self.outcome = outcome
        self.reason = reason
        self.because = because
        self.sends = sends
        self.revision = revision
    }
}
