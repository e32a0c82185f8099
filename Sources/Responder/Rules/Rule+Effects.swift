extension Rule {
    /// What the rule changes in the conversation.
    public struct Effects: Sendable {
        /// One state to set.
        public struct Setting: Sendable {
            /// The state's name.
            public var name: String
            /// What it is set to.
            public var value: RuleText
            /// For how long; nil where it stays.
            public var expires: Duration?

            /// Makes a setting of its parts.
            public init(name: String, value: RuleText, expires: Duration? = nil) {
                self.name = name
                self.value = value
                self.expires = expires
            }
        }

        /// State to set.
        public var set: [Setting] = []
        /// State to forget.
        public var unset: [String] = []
        /// Tags to give.
        public var tag: [String] = []
        /// Tags to take away.
        public var untag: [String] = []
        /// For how long the conversation is handed off to a person; nil where it is not.
        public var pause: Duration?
        /// Where a hand-off is announced.
        public var notify: String?
        /// Whether the contact opts out (true) or in again (false).
        public var optOut: Bool?
        /// Where the message and the decision are posted.
        public var forward: String?

        /// No effects.
        public init() {}

        /// Whether the rule changes nothing and tells nobody.
        public var isEmpty: Bool {
            self.set.isEmpty && unset.isEmpty && tag.isEmpty && untag.isEmpty && pause == nil && optOut == nil
                && forward == nil
        }
    }
}
