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
