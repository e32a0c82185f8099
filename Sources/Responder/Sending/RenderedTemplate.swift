/// A template with its variables filled in.
public struct RenderedTemplate: Sendable, Hashable, Decodable {
    /// The template's name at the provider (its id at 019sms-v2).
    public var name: String
    /// The language of the template.
    public var language: TemplateLanguage
    /// The picture, film or document above the text.
    public var header: TemplateHeader?
    /// What fills the template's places; no line breaks.
    public var variables: [String]

    /// Makes a template of its parts.
    public init(name: String, language: TemplateLanguage, header: TemplateHeader? = nil, variables: [String] = []) {
        self.name = name
        self.language = language
        self.header = header
        self.variables = variables
    }
}
