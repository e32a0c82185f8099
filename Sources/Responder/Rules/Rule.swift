/// Where something stands in a rules file.
public struct Place: Sendable, Hashable {
    /// The file as the person named it.
    public var file: String
    /// Counted from 1.
    public var line: Int

    /// A place by file and line.
    public init(file: String, line: Int) {
        self.file = file
        self.line = line
    }
}

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

/// A template as written in a rules file or the configuration.
public struct TemplateMessage: Sendable {
    /// The template's name at the provider (its id at 019sms-v2).
    public var name: String
    /// A language the providers have templates in.
    public var language: TemplateLanguage
    /// The picture, film or document above the text.
    public var header: TemplateHeader?
    /// What fills the template's places, at most ten.
    public var variables: [RuleText]

    /// Makes a template of its parts.
    public init(
        name: String, language: TemplateLanguage = .hebrew, header: TemplateHeader? = nil, variables: [RuleText] = []
    ) {
        self.name = name
        self.language = language
        self.header = header
        self.variables = variables
    }

    func rendered(_ values: Variables) -> RenderedTemplate {
        let values = variables.map { $0.render(values).onOneLine.orDash }
        let longest = Self.share(of: Self.bodyLimit, among: values.map(\.utf16.count))
        return RenderedTemplate(
            name: name, language: language, header: header, variables: values.map { $0.shortened(toUTF16: longest) })
    }

    /// The longest body of a template with its variables filled in, in UTF-16 units. The words of the
    /// template itself stand at the provider, so only the variables are held to it.
    private static let bodyLimit = 1024

    /// The most that each of several may have so that all of them have `total` at most: what short ones leave is for others.
    private static func share(of total: Int, among lengths: [Int]) -> Int {
        var rest = total
        for (place, length) in lengths.sorted().enumerated() {
            let share = rest / (lengths.count - place)
            if length > share { return share }
            rest -= length
        }
        return total
    }
}

/// The languages of templates, by ISO 639-1.
public enum TemplateLanguage: String, Sendable, Hashable, Codable, CaseIterable {
    case hebrew = "he"
    case english = "en"
    case arabic = "ar"
    case russian = "ru"
    case spanish = "es"
    case chinese = "zh"
    case hindi = "hi"
    case thai = "th"
    case french = "fr"
}

/// What stands above a template's text.
public struct TemplateHeader: Sendable, Hashable, Codable {
    /// What kind of file the link leads to.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case image, video, document
    }

    /// What kind of file it is.
    public var kind: Kind
    /// Where the provider fetches it.
    public var link: String

    /// Makes a header of its parts.
    public init(kind: Kind, link: String) {
        self.kind = kind
        self.link = link
    }
}
