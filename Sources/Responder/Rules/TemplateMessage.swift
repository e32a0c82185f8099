/// A template, as written in a rules file or the configuration.
public struct TemplateMessage: Sendable {
    /// The template's name at the provider (its id at 019sms-v2).
    public var name: String
    /// The language of the template.
    public var language: TemplateLanguage
    /// The picture, video or document above the text.
    public var header: TemplateHeader?
    /// The values of the template's variables, at most ten.
    public var variables: [RuleText]
    /// The names of the variables, in the same order; empty if they have numbers.
    public var names: [String] = []
    /// The values that complete the links of the template's buttons, by the index of the button.
    public var buttons: [Int: RuleText] = [:]
    /// The code that a button of the template copies; `nil` for none.
    public var coupon: RuleText?
    /// The choices of the template's quick-reply buttons, which are its first ones.
    public var choices: [Menu.Choice] = []

    /// The greatest length of a coupon's code, in UTF-16 units (Meta's limits of templates).
    public static let couponLimit = 20
    /// The greatest number of a template's buttons.
    public static let buttonLimit = 10
    /// The greatest length of a quick-reply button's title, in UTF-16 units.
    public static let choiceTitleLimit = 25
    /// The greatest length of what comes back from a quick-reply button, in UTF-16 units.
    public static let choiceIDLimit = 512

    /// Creates a template; by default in Hebrew, without a header and variables.
    public init(
        name: String, language: TemplateLanguage = .hebrew, header: TemplateHeader? = nil, variables: [RuleText] = []
    ) {
        self.name = name
        self.language = language
        self.header = header
        self.variables = variables
    }

    func rendered(_ values: Variables) -> RenderedTemplate {
        let other = TextLanguage(rawValue: language.rawValue)
        let texts = variables.map { $0.render(values, otherwiseIn: other).onOneLine.orDash }
        let longest = Self.share(of: Self.bodyLimit, among: texts.map(\.utf16.count))
        var rendered = RenderedTemplate(
            name: name, language: language, header: header, variables: texts.map { $0.shortened(toUTF16: longest) })
        rendered.names = names
        rendered.buttons = buttons.sorted { $0.key < $1.key }.map { index, text in
            .init(index: index, value: text.render(values).onOneLine.orDash.shortened(toUTF16: Self.linkLimit))
        }
        rendered.coupon = coupon.map {
            $0.render(values).onOneLine.orDash.shortened(toUTF16: Self.couponLimit)
        }
        rendered.payloads = choices.map(\.id)
        return rendered
    }

    /// The greatest length of a value in a link, in UTF-16 units.
    private static let linkLimit = 1000

    /// The greatest length of a template's body with its variables filled in, in UTF-16 units. The provider keeps the
    /// words of the template itself, so only the variables are held to this limit.
    private static let bodyLimit = 1024

    /// Returns the largest share that each of several texts may have so that all together have at most `total`. The
    /// part of the total that short texts leave is shared among the others.
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

/// The language of a template: `he`, or at Meta also one with its country, `en_US`. Templates of one name in `en` and
/// `en_US` are two.
public struct TemplateLanguage: RawRepresentable, Sendable, Hashable, Codable {
    /// The code of the language.
    public let rawValue: String

    /// Creates a language from its code, which is not checked.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Hebrew.
    public static let hebrew = TemplateLanguage(rawValue: "he")
    /// English.
    public static let english = TemplateLanguage(rawValue: "en")
    /// Arabic.
    public static let arabic = TemplateLanguage(rawValue: "ar")
    /// Russian.
    public static let russian = TemplateLanguage(rawValue: "ru")
    /// Spanish.
    public static let spanish = TemplateLanguage(rawValue: "es")
    /// Chinese.
    public static let chinese = TemplateLanguage(rawValue: "zh")
    /// Hindi.
    public static let hindi = TemplateLanguage(rawValue: "hi")
    /// Thai.
    public static let thai = TemplateLanguage(rawValue: "th")
    /// French.
    public static let french = TemplateLanguage(rawValue: "fr")

    /// The languages that every provider has, by ISO 639-1, in the order of their numbers at 99digital.
    public static let common: [TemplateLanguage] = [
        .hebrew, .english, .arabic, .russian, .spanish, .chinese, .hindi, .thai, .french,
    ]

    /// The languages in which WhatsApp has templates (Meta's list of supported languages), without their countries.
    private static let known: Set<String> = Set(
        """
        af ar az bg bn ca cs da de el en es et fa fi fil fr ga gu ha he hi hr hu id it ja ka kk kn ko ky lo lt lv mk ml mr
        ms nb nl pa pl pt ro ru rw sk sl sq sr sv sw ta te th tr uk ur uz vi zh zu
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// Whether it is a language in which WhatsApp has templates, perhaps with a country in capitals behind `_`.
    public var isKnown: Bool {
        let parts = rawValue.split(separator: "_", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), Self.known.contains(String(parts[0])) else { return false }
        return parts.count == 1
            || (2...3).contains(parts[1].utf8.count) && parts[1].utf8.allSatisfy { (0x41...0x5A).contains($0) }
    }
}

/// The file above a template's text.
public struct TemplateHeader: Sendable, Hashable, Codable {
    /// The kind of a header's file.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A picture, a video or a document.
        case image, video, document
    }

    /// The kind of the file.
    public var kind: Kind
    /// The link from which the provider fetches the file.
    public var link: String

    /// Creates a header from a link that the provider can fetch.
    public init(kind: Kind, link: String) {
        self.kind = kind
        self.link = link
    }
}
