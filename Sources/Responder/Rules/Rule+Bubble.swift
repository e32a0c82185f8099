extension Rule {
    /// One message of an answer. The messages of an answer are sent in order.
    public struct Bubble: Sendable {
        /// What a bubble shows beside its text.
        public indirect enum Extra: Sendable {
            /// The choices of a menu, with the words that open a list; `nil` for the usual ones.
            case choices([Choice], opener: String?)
            /// A file, with the text as its caption; `name` is that of a document.
            case file(MediaFile.Kind, link: String, name: String?)
            /// A place; it has no text.
            case location(Location)
            /// A button that opens a page.
            case link(title: String, url: String)
        }

        /// The text, with its variables; the caption of a file.
        public var text: RuleText
        /// Whether it quotes the message it answers.
        public var quote: Bool
        /// What is shown beside the text; `nil` for a text alone.
        public var extra: Extra?

        /// Creates a bubble; `quote` makes it quote the message that it answers.
        public init(text: RuleText, quote: Bool, extra: Extra? = nil) {
            self.text = text
            self.quote = quote
            self.extra = extra
        }

        /// The choices that the bubble offers.
        public var choices: [Choice] {
            if case .choices(let choices, _)? = extra { return choices }
            return []
        }
    }

    /// One choice that a rule offers.
    public struct Choice: Sendable, Hashable {
        /// The id, unique within the rule.
        public var id: String
        /// The words that the contact sees.
        public var title: String
        /// A second line in lists; `nil` for none.
        public var more: String?

        /// Creates a choice.
        public init(id: String, title: String, more: String? = nil) {
            self.id = id
            self.title = title
            self.more = more
        }
    }

    /// The choices of the menus that the rule may send.
    public var choices: [Choice] {
        switch answer {
        case .reply(let bubbles), .oneOf(let bubbles): bubbles.flatMap(\.choices)
        case .template, .ignore, nil: []
        }
    }

    /// All choices that the rule may offer, with their ids outside of it: those of its menus and of its templates.
    var offers: [Menu.Choice] {
        var offers = choices.map { Menu.Choice(id: Self.choiceID(id, $0.id), title: $0.title) }
        if case .template(let template)? = answer { offers += template.choices }
        if case .template(let template)? = expired { offers += template.choices }
        return offers
    }

    /// The name that stands for the rule in the ids of choices of templates that replace an answer: `expired.yes`.
    public static let expiredMenu = "expired"

    /// Returns the id under which a choice of a rule is known outside of it: `menu.hours`.
    public static func choiceID(_ rule: String, _ choice: String) -> String { "\(rule).\(choice)" }
}

extension Rule.Bubble {
    /// The greatest length of the text, in UTF-16 units.
    var limit: Int {
        switch extra {
        case nil: RuleText.limit
        case .choices, .link: Menu.textLimit
        case .file, .location: MediaFile.captionLimit
        }
    }

    /// Returns the content that the bubble of a rule shows with that text; `nil` if it is a text alone. Empty if there is
    /// nothing to show.
    func content(_ text: String, of rule: String) -> RichContent? {
        switch extra {
        case nil: nil
        case .choices(let choices, let opener):
            .menu(
                Menu(
                    text: text,
                    choices: choices.map {
                        Menu.Choice(id: Rule.choiceID(rule, $0.id), title: $0.title, more: $0.more)
                    }, opener: opener))
        case .file(let kind, let link, let name):
            .file(MediaFile(kind: kind, link: link, caption: text, name: name))
        case .location(let location): .location(location)
        case .link(let title, let url): .link(LinkButton(text: text, title: title, url: url))
        }
    }

    /// Whether there is something to show even if the text is empty.
    var showsWithoutText: Bool {
        switch extra {
        case .file, .location: true
        case .choices, .link, nil: false
        }
    }
}
