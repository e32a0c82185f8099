/// A decision about one message by the `decide` of the daemon, and the verdict of each rule. Nothing is sent or stored.
public struct Trial: Sendable {
    /// The decision that the daemon would make.
    public var decision: Decision
    /// The verdicts of the rules, in the order in which rules are tried; empty if they were not asked for.
    public var explanations: [Explanation]
    /// The moment of deciding.
    public var now: Timestamp
    /// The time zone of the rules; UTC if they do not have one in common.
    public var zone: Zone

    /// The message that a contact might write.
    public struct Draft: Sendable {
        /// The text, or the caption if messages of ``type`` have no text.
        public var text: String
        /// The kind of the message.
        public var type = MessageType.text
        /// The contact who writes.
        public var contact: Contact
        /// The account that receives the message.
        public var account = "try"
        /// Whether the window is open, regardless of the conversation; `nil` to go by the conversation.
        public var isWindowOpen: Bool? = true
        /// The state of the conversation.
        public var conversation = Conversation()

        /// Creates a text of a contact who writes for the first time.
        public init(text: String, contact: Contact) {
            self.text = text
            self.contact = contact
        }
    }

    /// Decides the message and, if `why` is true, asks every rule for its verdict.
    public init(
        _ draft: Draft, by rules: RuleSet, policy: DecisionPolicy = DecisionPolicy(), at now: Timestamp, why: Bool
    ) {
        let message = Message(
            account: draft.account, unique: "try", contact: draft.contact, type: draft.type,
            body: draft.type.hasBody ? draft.text : "", caption: draft.type.hasBody ? nil : draft.text, timestamp: now)
        var conversation = draft.conversation
        conversation.receive(message, isWindowOpen: draft.isWindowOpen, at: now)
        self.init(message, in: conversation, by: rules, policy: policy, at: now, why: why)
    }

    /// Decides a message in a conversation that has already received it; if `why` is true, asks every rule for its
    /// verdict.
    public init(
        _ message: Message, in conversation: Conversation, by rules: RuleSet, policy: DecisionPolicy,
        at now: Timestamp, why: Bool
    ) {
        decision = decide(message, in: conversation, by: rules, policy: policy, at: now)
        explanations = why ? explain(message, in: conversation, by: rules, policy: policy, at: now) : []
        self.now = now
        zone = rules.zone ?? .utc
    }
}
