extension Rule {
    /// The changes that a rule makes to the conversation, and the posts that it asks for.
    public struct Effects: Sendable {
        /// One state to set.
        public struct Setting: Sendable {
            /// The state's name.
            public var name: String
            /// The value, with its variables.
            public var value: RuleText
            /// The time after which the state expires; `nil` if it stays.
            public var expires: Duration?

            /// Creates a setting; the state stays if `expires` is `nil`.
            public init(name: String, value: RuleText, expires: Duration? = nil) {
                self.name = name
                self.value = value
                self.expires = expires
            }
        }

        /// The state to set.
        public var set: [Setting] = []
        /// The names of the state to forget.
        public var unset: [String] = []
        /// The tags to give.
        public var tag: [String] = []
        /// The tags to take away.
        public var untag: [String] = []
        /// The time for which the conversation is handed off to a person; `nil` if it is not.
        public var pause: Duration?
        /// The link to which a hand-off is posted.
        public var notify: String?
        /// Whether the contact opts out (true) or in again (false).
        public var optOut: Bool?
        /// The link to which the message and the decision are posted.
        public var forward: String?

        /// Creates effects that change nothing.
        public init() {}

        /// Whether the rule changes nothing and forwards nothing.
        public var isEmpty: Bool {
            self.set.isEmpty && unset.isEmpty && tag.isEmpty && untag.isEmpty && pause == nil && optOut == nil
                && forward == nil
        }
    }
}
