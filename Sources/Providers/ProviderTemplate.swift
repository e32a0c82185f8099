public import Responder

/// A template that a provider has for an account.
public struct ProviderTemplate: Sendable, Hashable {
    /// The name by which it is sent: at 019sms-v2 its id.
    public var name: String
    /// Its language; `nil` if the provider does not say, or says it in a way that is not known.
    public var language: TemplateLanguage?
    /// The provider's word for its state if it can't be sent, such as `paused`; `nil` if it is approved or its state is
    /// not known.
    public var obstacle: String?
    /// The number of different variables in its text.
    public var variables: Int
    /// The names of the variables, if they have names.
    public var names: Set<String> = []
    /// What stands above the text.
    public var header: Header

    /// What stands above the text of a template.
    public enum Header: Sendable, Hashable {
        /// The provider does not say.
        case unknown
        /// No file: nothing, or a text.
        case none
        /// A file of that kind.
        case file(TemplateHeader.Kind)
    }

    /// Creates a template with the variables in its text.
    ///
    /// - Parameter texts: The texts in which variables stand, like `{{1}}` or `{{name}}`.
    public init(
        name: String, language: TemplateLanguage?, obstacle: String?, texts: [String],
        header: Header = .unknown
    ) {
        self.name = name
        self.language = language
        self.obstacle = obstacle?.detail
        let found = texts.reduce(into: Set<Substring>()) { $0.formUnion(Self.variables(in: $1)) }
        variables = found.count
        names = Set(found.filter { !String($0).isAllDigits }.map(String.init))
        self.header = header
    }

    private static func variables(in text: String) -> [Substring] {
        text.matches(of: /\{\{\s*([\p{L}\p{N}_]+)\s*\}\}/).map(\.output.1)
    }
}

extension ProviderTemplate {
    /// Returns what is wrong with a template of the rules, by the templates that the provider has, in words that go on
    /// behind its name and language; `nil` if it can be sent.
    ///
    /// - Parameter abilities: The abilities of the account.
    public static func objection(
        to template: TemplateMessage, among all: [ProviderTemplate], _ abilities: LineAbilities
    ) -> String? {
        let named = all.filter { $0.name == template.name }
        guard !all.isEmpty else { return "is not there: the provider has no template" }
        guard !named.isEmpty else { return "is none of the \(counted(all.count, "template")) that the provider has" }
        func isMeant(_ language: TemplateLanguage) -> Bool {
            language == template.language
                || !abilities.hasTemplateCountries && language.withoutCountry == template.language.withoutCountry
        }
        guard let known = named.first(where: { $0.language.map(isMeant) ?? true }) else {
            let languages = named.prefix(20).compactMap { $0.language?.rawValue.detail }.sorted().joined(
                separator: ", ")
            return "the provider has in \(languages) alone"
        }
        if let obstacle = known.obstacle { return "can't be sent: the provider says '\(obstacle)'" }
        let given = template.variables.count
        guard given == known.variables else {
            return "has \(counted(known.variables, "variable")) at the provider, and the rules fill in \(given)"
        }
        if abilities.namesTemplateVariables, Set(template.names) != known.names {
            guard !known.names.isEmpty else {
                return "has variables with numbers at the provider, and the rules name them"
            }
            return "has the variables \(known.names.sorted().joined(separator: ", ").detail) at the provider"
        }
        switch (known.header, template.header?.kind) {
        case (.file(let kind), nil):
            return "has \(kind.phrase) above its text at the provider, and the rules name no `header`"
        case (.file(let kind), let other?) where kind != other:
            return "has \(kind.phrase) above its text at the provider"
        case (.none, .some): return "has no file above its text at the provider"
        default: return nil
        }
    }
}

extension TemplateHeader.Kind {
    fileprivate var phrase: String {
        switch self {
        case .image: "an image"
        case .video: "a video"
        case .document: "a document"
        }
    }
}

extension TemplateLanguage {
    fileprivate var withoutCountry: Substring { rawValue.prefix { $0 != "_" } }
}
