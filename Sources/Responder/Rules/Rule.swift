/// One entry of a rules file.
public struct Rule: Sendable {
    /// The answer of a rule.
    public enum Answer: Sendable {
        /// All of these messages, in order.
        case reply([Bubble])
        /// One of these messages, in turn for each contact.
        case oneOf([Bubble])
        /// A template. Kept apart, so that rules without one are no larger for it: they are copied for each message.
        indirect case template(TemplateMessage)
        /// Deliberate silence.
        case ignore
    }

    /// The replacement of a reply once the window has shut.
    public enum Expired: Sendable {
        /// A template.
        indirect case template(TemplateMessage)
        /// Silence.
        case silent
    }

    /// A limit on the number of a rule's answers to one contact.
    public struct Cooldown: Sendable {
        /// The number of answers that are allowed within ``length``.
        public var times: Int
        /// The time in which answers are counted.
        public var length: Duration
        /// The name under which answers are counted; rules of one group count together.
        public var group: String
        /// Whether the search for a rule ends, in silence, if the cooldown holds this rule back.
        public var isSilent: Bool

        /// Creates a cooldown; by default one answer is allowed within `length`.
        public init(times: Int = 1, length: Duration, group: String, isSilent: Bool = false) {
            self.times = times
            self.length = length
            self.group = group
            self.isSilent = isSilent
        }
    }

    /// The moment at which an answer is sent.
    public enum Timing: Sendable {
        /// At once.
        case atOnce
        /// Not before this time after the message has passed.
        case delay(Duration)
        /// As soon as the business is open by these hours.
        case opening(Hours)
    }

    /// The id, unique over all files.
    public var id: String
    /// The place of the rule in its file.
    public var place: Place
    /// The priority; rules with a higher one are tried first.
    public var priority: Int
    /// Whether later rules are tried too.
    public var continues: Bool
    /// The conditions on the message.
    public var match: Match
    /// The conditions on the circumstances, all of which must hold.
    public var conditions: [Condition] = []
    /// The answer; `nil` if the rule answers nothing by itself.
    public var answer: Answer?
    /// The emoji with which the rule reacts to the message; `nil` if it does not.
    public var reaction: String?
    /// The moment at which the answer is sent.
    public var timing = Timing.atOnce
    /// The changes to the conversation and the posts to the business.
    public var effects = Effects()
    /// The limit on answers to one contact; `nil` if there is none.
    public var cooldown: Cooldown?
    /// Whether the rule is on trial: it only records what it would have done.
    public var isShadow = false
    /// The replacement of a reply once the window has shut; `nil` if neither the rule nor its file names one.
    public var expired: Expired?

    /// Creates a rule without conditions on the circumstances, effects or a cooldown; set those afterwards.
    public init(
        id: String, place: Place, priority: Int = 0, continues: Bool = false, match: Match = Match(),
        answer: Answer? = nil, expired: Expired? = nil
    ) {
        self.id = id
        self.place = place
        self.priority = priority
        self.continues = continues
        self.match = match
        self.answer = answer
        self.expired = expired
    }
}
