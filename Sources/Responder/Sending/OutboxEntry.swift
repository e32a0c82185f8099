/// A template with its variables filled in.
public struct RenderedTemplate: Sendable, Hashable, Codable {
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

/// One thing a decision wants sent.
public struct Outgoing: Sendable, Hashable, Codable {
    /// What is to be sent first of all.
    public enum Body: Sendable, Hashable, Codable {
        /// Free-form text, quoting the message of that id.
        case text(String, replyTo: String?)
        case template(RenderedTemplate)
    }

    /// What is to be sent first of all.
    public var body: Body
    /// What goes instead of a text once text is no longer allowed.
    public var fallback: RenderedTemplate?
    /// From this moment on the message answered is too old for text (`max_age`).
    public var textEnd: Timestamp

    /// Makes an outgoing message of its parts.
    public init(body: Body, fallback: RenderedTemplate? = nil, textEnd: Timestamp) {
        self.body = body
        self.fallback = fallback
        self.textEnd = textEnd
    }
}

/// An outbox entry as ``plan(_:window:onUnknown:at:)`` sees it: what is to be sent and what has been tried.
public struct OutboxEntry: Sendable, Hashable {
    /// How long sending is tried.
    public static let lifetime = Duration.hours(24)

    /// What is to be sent.
    public var outgoing: Outgoing
    /// When it was decided.
    public var createdAt: Timestamp
    /// When the fallback took the text's place for good.
    public var fallbackAt: Timestamp?
    /// Whether the provider refused the text because the window is shut (reasons 7 and 8).
    public var isTextRefused = false
    /// Whether another answer to the same message has used the one fallback a message may get.
    public var isFallbackTaken = false
    /// Whether the last attempt left and nobody knows what became of it.
    public var isUnknown = false

    /// A new entry.
    public init(outgoing: Outgoing, createdAt: Timestamp) {
        self.outgoing = outgoing
        self.createdAt = createdAt
    }
}
