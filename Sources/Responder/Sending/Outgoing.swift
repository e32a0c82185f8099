/// One thing a decision wants sent.
public struct Outgoing: Sendable, Hashable, Decodable {
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
    public var body: SendContent
    /// What goes instead of a text once text is no longer allowed.
    public var fallback: RenderedTemplate?
    /// From this moment on the message answered is too old for text (`max_age`).
    public var textEnd: Timestamp
    /// Not to be sent before; nil for at once.
    public var notBefore: Timestamp?
    /// Whether it waits for the business to open.
    public var waitsForOpening: Bool?

    /// Makes an outgoing message of its parts.
    public init(body: SendContent, fallback: RenderedTemplate? = nil, textEnd: Timestamp) {
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

extension Outgoing {
    /// The text, where it is one.
    public var text: String? {
        if case .message(.text(let text, _)) = body { return text }
        return nil
    }

    /// The template, where it is one.
    public var template: RenderedTemplate? {
        if case .message(.template(let template)) = body { return template }
        return nil
    }
}
