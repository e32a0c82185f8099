/// One thing that a decision sends.
public struct Outgoing: Sendable, Hashable, Decodable {
    /// A queue within a conversation. Entries of one lane are sent one after another; lanes do not wait for each other.
    public enum Lane: Int, Sendable, Hashable, CaseIterable {
        /// Answers, in the order of the conversation.
        case answers = 0
        /// Answers that wait for the business to open.
        case openings = 1
        /// Posts to the business.
        case posts = 2
    }

    /// The content that is sent first.
    public var body: SendContent
    /// The template that replaces a text once text is no longer allowed.
    public var fallback: RenderedTemplate?
    /// The moment from which the answered message is too old for text (`max_age`).
    public var textEnd: Timestamp
    /// The earliest moment of sending; `nil` for at once.
    public var notBefore: Timestamp?
    /// Whether the message waits for the business to open.
    public var waitsForOpening: Bool?
    /// Whether ``body`` is the fallback already: text was no longer allowed when the message was decided.
    public var isFallback: Bool?

    /// Creates an outgoing message that is sent at once.
    public init(body: SendContent, fallback: RenderedTemplate? = nil, textEnd: Timestamp) {
        self.body = body
        self.fallback = fallback
        self.textEnd = textEnd
    }

    /// The lane in which the message waits.
    public var lane: Lane {
        if case .post = body { return .posts }
        return waitsForOpening == true ? .openings : .answers
    }
}

extension Outgoing {
    /// The words that the contact reads; `nil` if there are none, or if the provider keeps them, as those of a template.
    public var text: String? {
        if case .message(let message) = body { return message.text }
        return nil
    }

    /// The template, if the content is one.
    public var template: RenderedTemplate? {
        if case .message(.template(let template)) = body { return template }
        return nil
    }
}
