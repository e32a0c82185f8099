/// A message to a contact, as a provider takes it.
public enum ProviderMessage: Sendable, Hashable {
    /// Free-form text, quoting the message of that id.
    case text(String, replyTo: String?)
    case template(RenderedTemplate)
}

/// What is sent for an outbox entry: one type from the rule's answer to the provider's request.
public enum SendContent: Sendable, Hashable {
    /// To the contact, by the provider.
    case message(ProviderMessage)
    /// JSON for the business itself, posted to a link of its own.
    case post(link: String, json: String)

    /// The word that the database, the API, logs and metrics have for it.
    public enum Kind: String, Sendable, CaseIterable {
        case text, template, post
    }

    /// Its kind.
    public var kind: Kind {
        switch self {
        case .message(.text): .text
        case .message(.template): .template
        case .post: .post
        }
    }
}

/// Read from the JSON of the outbox: `{"text": {"_0", "replyTo"}}`, `{"template": {"_0"}}`, `{"post": {"link", "json"}}`.
/// The names are those that the first databases were written with.
extension SendContent: Decodable {
    private enum Key: String, CodingKey {
        case text, template, post
    }

    private enum TextKey: String, CodingKey {
        case text = "_0"
        case replyTo
    }

    private enum TemplateKey: String, CodingKey {
        case template = "_0"
    }

    private enum PostKey: String, CodingKey {
        case link, json
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch container.allKeys.first {
        case .text:
            let text = try container.nestedContainer(keyedBy: TextKey.self, forKey: .text)
            self = .message(
                .text(
                    try text.decode(String.self, forKey: .text),
                    replyTo: try text.decodeIfPresent(String.self, forKey: .replyTo)))
        case .template:
            let template = try container.nestedContainer(keyedBy: TemplateKey.self, forKey: .template)
            self = .message(.template(try template.decode(RenderedTemplate.self, forKey: .template)))
        case .post:
            let post = try container.nestedContainer(keyedBy: PostKey.self, forKey: .post)
            self = .post(
                link: try post.decode(String.self, forKey: .link), json: try post.decode(String.self, forKey: .json))
        case nil:
            throw DecodingError.dataCorrupted(
                DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "nothing that can be sent"))
        }
    }
}
