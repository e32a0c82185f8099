/// A template with its variables filled in.
public struct RenderedTemplate: Sendable, Hashable, Decodable {
    /// The template's name at the provider (its id at 019sms-v2).
    public var name: String
    /// The language of the template.
    public var language: TemplateLanguage
    /// The picture, video or document above the text.
    public var header: TemplateHeader?
    /// The values of the template's variables, without line breaks.
    public var variables: [String]

    /// Creates a template; `variables` must not contain line breaks.
    public init(name: String, language: TemplateLanguage, header: TemplateHeader? = nil, variables: [String] = []) {
        self.name = name
        self.language = language
        self.header = header
        self.variables = variables
    }
}
