/// One message's decision by the very `decide` of the daemon, and what each rule says to it. Nothing comes of it.
public struct Trial: Sendable {
    /// What would be done.
    public var decision: Decision
    /// What each rule says.
    public var explanations: [Explanation]
    /// The moment of deciding.
    public var now: Timestamp
    /// Where the clock hangs.
    public var zone: Zone

    /// What a contact might write.
    public struct Draft: Sendable {
        /// The words: the text, or the caption of what has none.
        public var text: String
        /// What kind of message it is.
        public var type = MessageType.text
        /// Who writes.
        public var contact: Contact
        /// To which account.
        public var account = "try"
        /// Whether the window is open, whatever the conversation says; nil to go by that.
        public var isWindowOpen: Bool? = true
        /// What is known of the conversation.
        public var conversation = Conversation()

        /// A text of a contact who writes for the first time.
        public init(text: String, contact: Contact) {
            self.text = text
            self.contact = contact
        }
    }

    /// Decides the message and, where wanted, asks every rule why.
    public init(
        _ draft: Draft, by rules: RuleSet, policy: DecisionPolicy = DecisionPolicy(), at now: Timestamp, why: Bool
    ) {
        let hasText = [.text, .button, .list].contains(draft.type)
        let message = Message(
            account: draft.account, unique: "try", contact: draft.contact, type: draft.type,
            body: hasText ? draft.text : "", caption: hasText ? nil : draft.text, timestamp: now)
        var conversation = draft.conversation
        conversation.receive(message, isWindowOpen: draft.isWindowOpen, at: now)
        self.init(message, in: conversation, by: rules, policy: policy, at: now, why: why)
    }

    /// Decides a message in a conversation that has received it.
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
