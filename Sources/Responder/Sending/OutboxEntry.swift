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

/// One thing a decision wants sent.
public struct Outgoing: Sendable, Hashable, Decodable {
    /// What is to be sent first of all.
    public enum Body: Sendable, Hashable, Decodable {
        /// Free-form text, quoting the message of that id.
        case text(String, replyTo: String?)
        case template(RenderedTemplate)
        /// JSON for the business itself, posted to a link of its own.
        case post(link: String, json: String)
    }

    /// Things of one lane are sent one after another; lanes do not wait for each other.
    public enum Lane: Int, Sendable, Hashable {
        /// Answers, in the order of the conversation.
        case answers = 0
        /// Answers that wait for the business to open.
        case openings = 1
        /// Posts to the business.
        case posts = 2
    }

    /// What is to be sent first of all.
    public var body: Body
    /// What goes instead of a text once text is no longer allowed.
    public var fallback: RenderedTemplate?
    /// From this moment on the message answered is too old for text (`max_age`).
    public var textEnd: Timestamp
    /// Not to be sent before; nil for at once.
    public var notBefore: Timestamp?
    /// Whether it waits for the business to open.
    public var waitsForOpening: Bool?

    /// Makes an outgoing message of its parts.
    public init(body: Body, fallback: RenderedTemplate? = nil, textEnd: Timestamp) {
        self.body = body
        self.fallback = fallback
        self.textEnd = textEnd
    }

    /// What it waits behind.
    public var lane: Lane {
        if case .post = body { return .posts }
        return waitsForOpening == true ? .openings : .answers
    }
}

/// An outbox entry as ``plan(_:window:onUnknown:at:)`` sees it: what is to be sent and what has been tried.
public struct OutboxEntry: Sendable, Hashable {
    /// How long sending is tried.
    public static let lifetime = Duration.hours(24)

    /// What is to be sent.
    public var outgoing: Outgoing
    /// From when on sending is tried for ``lifetime``: when it was decided or, where it had to wait, when it was due;
    /// anew from when somebody released it.
    public var triedFrom: Timestamp
    /// When the fallback took the text's place for good.
    public var fallbackAt: Timestamp?
    /// Whether the provider refused the text because the window is shut (reasons 7 and 8).
    public var isTextRefused = false
    /// Whether another answer to the same message has used the one fallback a message may get.
    public var isFallbackTaken = false
    /// Whether the last attempt left and nobody knows what became of it.
    public var isUnknown = false

    /// A new entry.
    public init(outgoing: Outgoing, triedFrom: Timestamp) {
        self.outgoing = outgoing
        self.triedFrom = triedFrom
    }
}

extension Outgoing {
    /// The text, where it is one.
    public var text: String? {
        if case .text(let text, _) = body { return text }
        return nil
    }

    /// The template, where it is one.
    public var template: RenderedTemplate? {
        if case .template(let template) = body { return template }
        return nil
    }
}
