/// One entry of a rules file.
public struct Rule: Sendable {
    /// One text of an answer; an answer of several is sent in order.
    public struct Bubble: Sendable {
        /// What it says.
        public var text: RuleText
        /// Whether it quotes the message it answers.
        public var quote: Bool

        /// Makes a bubble of its parts.
        public init(text: RuleText, quote: Bool) {
            self.text = text
            self.quote = quote
        }
    }

    /// What the rule says when it answers.
    public enum Answer: Sendable {
        case reply([Bubble])
        /// One of these, in turn for each contact.
        case oneOf([Bubble])
        case template(TemplateMessage)
        /// Deliberate silence.
        case ignore
    }

    /// What is done instead of a reply once the window has shut.
    public enum Expired: Sendable {
        case template(TemplateMessage)
        case silent
    }

    /// How often a rule may answer one contact.
    public struct Cooldown: Sendable {
        /// How often at most…
        public var times: Int
        /// …in so long.
        public var length: Duration
        /// Rules of one group count together.
        public var group: String
        /// Whether the search ends, in silence, where it holds the rule back.
        public var isSilent: Bool

        /// Makes a cooldown of its parts.
        public init(times: Int = 1, length: Duration, group: String, isSilent: Bool = false) {
            self.times = times
            self.length = length
            self.group = group
            self.isSilent = isSilent
        }
    }

    /// When the answer is sent.
    public enum Timing: Sendable {
        case atOnce
        /// No sooner than this after the message.
        case delay(Duration)
        /// When that opens.
        case opening(Hours)
    }

    /// Unique over all files.
    public var id: String
    /// Where it is written.
    public var place: Place
    /// Rules with a higher one are tried first.
    public var priority: Int
    /// Whether later rules are tried too.
    public var continues: Bool
    /// What the message must be like.
    public var match: Match
    /// What the circumstances must be like.
    public var conditions: [Condition] = []
    /// nil where the rule answers nothing by itself.
    public var answer: Answer?
    /// When its answer is sent.
    public var timing = Timing.atOnce
    /// What it changes.
    public var effects = Effects()
    /// How often it answers; nil where there is no limit.
    public var cooldown: Cooldown?
    /// Whether it only records what it would have done.
    public var isShadow = false
    /// nil where neither the rule nor its file names a fallback.
    public var expired: Expired?

    /// Makes a rule of its parts.
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
