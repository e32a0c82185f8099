/// A text with choices, of which the contact takes one.
public struct Menu: Sendable, Hashable {
    /// One choice of a menu.
    public struct Choice: Sendable, Hashable, Decodable {
        /// The id that comes back when the contact takes it: the rule's and the choice's own, as in `menu.hours`.
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

    /// The text above the choices.
    public var text: String
    /// The choices, in their order.
    public var choices: [Choice]
    /// The words on the button that opens a list.
    public var opener: String

    // The limits are those of Meta's interactive messages, in UTF-16 units. How Meta counts is not documented, and no
    // other count gives a larger number.

    /// The greatest number of choices.
    public static let choiceLimit = 10
    /// The greatest number of choices that are shown as buttons; more are a list.
    public static let buttonLimit = 3
    /// The greatest length of the text above the choices.
    public static let textLimit = 1024
    /// The greatest length of a title on a button.
    public static let buttonTitleLimit = 20
    /// The greatest length of a title in a list.
    public static let rowTitleLimit = 24
    /// The greatest length of the second line in a list.
    public static let moreLimit = 72
    /// The greatest length of the words that open a list.
    public static let openerLimit = 20
    /// The greatest length of an id.
    public static let idLimit = 200

    /// Creates a menu; `opener` is `nil` for the usual word in the language of the text.
    public init(text: String, choices: [Choice], opener: String? = nil) {
        self.text = text
        self.choices = choices
        self.opener = opener ?? (TextLanguage(of: text) ?? .english).menuOpener
    }

    /// Whether the choices are shown as a list; otherwise they are buttons.
    public var isList: Bool { choices.count > Self.buttonLimit }

    /// The menu as a text whose choices have numbers.
    public var plainText: String {
        let lines = choices.enumerated().map { "\($0.offset + 1). \($0.element.title)" }
        let language = TextLanguage(of: text) ?? TextLanguage(of: lines.joined(separator: " ")) ?? .english
        return ([text, ""] + lines + ["", language.writeTheNumber]).joined(separator: "\n")
    }
}

extension TextLanguage {
    fileprivate var menuOpener: String {
        switch self {
        case .hebrew: "לבחירה"
        case .arabic: "القائمة"
        case .english: "Menu"
        case .russian: "Меню"
        }
    }

    fileprivate var writeTheNumber: String {
        switch self {
        case .hebrew: "כתבו את המספר."
        case .arabic: "اكتبوا الرقم."
        case .english: "Write the number."
        case .russian: "Напишите номер."
        }
    }
}
