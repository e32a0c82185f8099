/// The decision about one message: an answer or silence, and the reason.
public struct Decision: Sendable {
    /// The kind of answer that the contact gets.
    public enum Outcome: String, Sendable, Codable, CaseIterable {
        /// A text, a template or nothing.
        case reply, template, silent
    }

    /// The reason, in a word that logs, metrics and the database share.
    public enum Reason: String, Sendable, Codable, CaseIterable {
        /// A rule answers.
        case matched
        /// No rule answers.
        case noMatch = "no-match"
        /// A rule says to ignore the message.
        case ignored
        /// The rule that matched has nothing to say.
        case noReply = "no-reply"
        /// The texts of the rule are all empty once their variables are filled in.
        case emptyReply = "empty-reply"
        /// The 24-hour window has shut.
        case windowExpired = "window-expired"
        /// The message is older than `max_age`.
        case tooOld = "too-old"
        /// Our own account wrote it.
        case ownMessage = "own-message"
        /// Another account of ours wrote it.
        case ownAccount = "own-account"
        /// The message is a reaction to another message.
        case reaction
        /// It tells of a call, an edit, a deletion or something else that is no message.
        case notMessage = "not-a-message"
        /// The message comes from a group, a channel, a broadcast or a status.
        case notPrivate = "not-private"
        /// A person answers in this conversation.
        case paused
        /// The contact has asked never to be written to.
        case optedOut = "opted-out"
        /// A rule would have answered, but its cooldown holds it back.
        case cooldown
        /// A rule on trial would have answered.
        case shadow
        /// The contact may be a robot that answers our answers.
        case loop
        /// The account has sent all messages of its budget.
        case budget
    }

    /// The rule that answered or kept silent; `nil` if no rule did.
    public var rule: String?
    /// The kind of answer that the contact gets.
    public var outcome: Outcome
    /// The reason, in a word.
    public var reason: Reason
    /// The reason in a sentence, for people.
    public var because: String
    /// The messages to send, in order. ``plan(_:window:onUnknown:at:)`` decides at the moment of sending whether they
    /// are still allowed.
    public var sends: [Outgoing]
    /// The changes to the conversation.
    public var changes = Changes()
    /// The revision of the rule set that decided.
    public var revision: String

    /// Creates a decision that changes nothing in the conversation.
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
