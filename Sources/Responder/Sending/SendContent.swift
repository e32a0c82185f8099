import Foundation

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
        /// A text with choices.
        case choices
        /// A file.
        case image, video, audio, document
        /// A place, a text with a button that opens a page, or a reaction.
        case location, link, reaction
    }

    /// The kind of the content.
    public var kind: Kind {
        switch self {
        case .message(.text): .text
        case .message(.rich(.menu, _)): .choices
        case .message(.rich(.file(let file), _)): Kind(file.kind)
        case .message(.rich(.location, _)): .location
        case .message(.rich(.link, _)): .link
        case .message(.reaction): .reaction
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

extension SendContent {
    /// Whether it is allowed inside the 24-hour window alone.
    public var isFreeForm: Bool { kind.isFreeForm }
}

extension SendContent.Kind {
    /// Whether such content is allowed inside the 24-hour window alone.
    public var isFreeForm: Bool { self != .template && self != .post }
}

extension SendContent.Kind {
    fileprivate init(_ kind: MediaFile.Kind) {
        self =
            switch kind {
            case .image: .image
            case .video: .video
            case .audio: .audio
            case .document: .document
            }
    }
}
