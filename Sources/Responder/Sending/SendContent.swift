import Foundation

/// A message to a contact, as a provider accepts it.
public enum ProviderMessage: Sendable, Hashable {
    /// Free-form text, quoting the message with that id if it is not `nil`.
    case text(String, replyTo: String?)
    /// A template with its variables filled in.
    case template(RenderedTemplate)
}

/// The content of an outbox entry: one type from the rule's answer to the provider's request.
public enum SendContent: Sendable, Hashable {
    /// A message to the contact, sent by the provider.
    case message(ProviderMessage)
    /// A post of JSON to a link of the business itself.
    case post(link: String, json: String)

    /// The kind of content, in a word that the database, the API, logs and metrics share.
    public enum Kind: String, Sendable, CaseIterable {
        /// A text, a template or a post to the business.
        case text, template, post
    }

    /// The kind of the content.
    public var kind: Kind {
        switch self {
        case .message(.text): .text
        case .message(.template): .template
        case .post: .post
        }
    }
}

extension SendContent {
    /// Returns the host of a link, with its port if it names one. Only this is shown of a link: whoever knows its user,
    /// path or query may be able to post to it.
    package static func host(ofLink link: String) -> String {
        guard let parts = URLComponents(string: link), let host = parts.host, !host.isEmpty else { return "a link" }
        return host + (parts.port.map { ":\($0)" } ?? "")
    }
}

/// Decoding from the JSON of the outbox: `{"text": {"_0", "replyTo"}}`, `{"template": {"_0"}}`, `{"post": {"link",
/// "json"}}`. The names are those with which the first databases were written.
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

    /// Reads JSON.
    ///
    /// - Throws: `DecodingError` if the JSON holds no content that can be sent.
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
