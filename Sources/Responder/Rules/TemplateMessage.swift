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
        let values = variables.map {
            $0.render(values, otherwiseIn: TextLanguage(rawValue: language.rawValue)).onOneLine.orDash
        }
        let longest = Self.share(of: Self.bodyLimit, among: values.map(\.utf16.count))
        return RenderedTemplate(
            name: name, language: language, header: header, variables: values.map { $0.shortened(toUTF16: longest) })
    }

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

/// The languages in which the providers have templates, by ISO 639-1.
public enum TemplateLanguage: String, Sendable, Hashable, Codable, CaseIterable {
    /// Hebrew.
    case hebrew = "he"
    /// English.
    case english = "en"
    /// Arabic.
    case arabic = "ar"
    /// Russian.
    case russian = "ru"
    /// Spanish.
    case spanish = "es"
    /// Chinese.
    case chinese = "zh"
    /// Hindi.
    case hindi = "hi"
    /// Thai.
    case thai = "th"
    /// French.
    case french = "fr"
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
