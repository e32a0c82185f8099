/// A template with its variables filled in.
public struct RenderedTemplate: Sendable, Hashable, Decodable {
    /// The value that completes the link of a button.
    public struct Button: Sendable, Hashable, Decodable {
        /// The index of the button in the template, counted from 0.
        public var index: Int
        /// The value.
        public var value: String

        /// Creates a value for the button at an index.
        public init(index: Int, value: String) {
            self.index = index
            self.value = value
        }
    }

    /// The template's name at the provider (its id at 019sms-v2).
    public var name: String
    /// The language of the template.
    public var language: TemplateLanguage
    /// The picture, video or document above the text.
    public var header: TemplateHeader?
    /// The values of the template's variables, without line breaks.
    public var variables: [String]
    /// The names of the variables, in the same order; empty if they have numbers.
    public var names: [String] = []
    /// The values that complete the links of buttons, by their index.
    public var buttons: [Button] = []
    /// The code that a button copies; `nil` for none.
    public var coupon: String?
    /// The ids that come back from the quick-reply buttons, which are the first ones.
    public var payloads: [String] = []

    /// Creates a template; `variables` must not contain line breaks.
    public init(name: String, language: TemplateLanguage, header: TemplateHeader? = nil, variables: [String] = []) {
        self.name = name
        self.language = language
        self.header = header
        self.variables = variables
    }

    /// Reads JSON; missing members keep their empty values.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        language = try container.decode(TemplateLanguage.self, forKey: .language)
        header = try container.decodeIfPresent(TemplateHeader.self, forKey: .header)
        variables = try container.decode([String].self, forKey: .variables)
        names = try container.decodeIfPresent([String].self, forKey: .names) ?? []
        buttons = try container.decodeIfPresent([Button].self, forKey: .buttons) ?? []
        coupon = try container.decodeIfPresent(String.self, forKey: .coupon)
        payloads = try container.decodeIfPresent([String].self, forKey: .payloads) ?? []
    }

    private enum CodingKeys: String, CodingKey {
        case name, language, header, variables, names, buttons, coupon, payloads
    }
}
