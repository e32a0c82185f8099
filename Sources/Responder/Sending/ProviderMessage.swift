/// A message to a contact, as a provider accepts it.
public enum ProviderMessage: Sendable, Hashable {
    /// Free-form text, quoting the message with that id if it is not `nil`.
    case text(String, replyTo: String?)
    /// Free-form content that is more than text, quoting the message with that id if it is not `nil`.
    indirect case rich(RichContent, replyTo: String?)
    /// A reaction, one emoji, to the message with that id.
    case reaction(String, to: String)
    /// A template with its variables filled in.
    indirect case template(RenderedTemplate)

    /// The words that the contact reads first: the text, or the caption of a file; `nil` if there are none, or if the
    /// provider keeps them, as those of a template.
    public var text: String? {
        switch self {
        case .text(let text, _): text
        case .rich(let content, _): content.text.isEmpty ? nil : content.text
        case .reaction, .template: nil
        }
    }

    /// The message as text, for a line that can show no more; a reaction is its emoji. Empty for a template.
    public var plainText: String {
        switch self {
        case .text(let text, _): text
        case .rich(let content, _): content.plainText
        case .reaction(let emoji, _): emoji
        case .template: ""
        }
    }

    /// The id of the message that it quotes; `nil` if it quotes none.
    public var quoted: String? {
        switch self {
        case .text(_, let replyTo), .rich(_, let replyTo): replyTo
        case .reaction, .template: nil
        }
    }
}

/// Free-form content that is more than text. A line that can't show it gets text instead
/// (``LineAbilities``, ``RichContent/plainText``).
public enum RichContent: Sendable, Hashable {
    /// A text with choices under it.
    case menu(Menu)
    /// A picture, a video, a recording or a document.
    case file(MediaFile)
    /// A place on the map.
    case location(Location)
    /// A text with a button that opens a page.
    case link(LinkButton)

    /// The words of the content: its text or caption; empty if it has none.
    public var text: String {
        switch self {
        case .menu(let menu): menu.text
        case .file(let file): file.caption
        case .location: ""
        case .link(let link): link.text
        }
    }

    /// The content as text, for a line that can show no more.
    public var plainText: String {
        switch self {
        case .menu(let menu): menu.plainText
        case .file(let file): file.caption.isEmpty ? file.link : "\(file.caption)\n\(file.link)"
        case .location(let location): location.plainText
        case .link(let link): "\(link.text)\n\(link.title): \(link.url)"
        }
    }
}

/// A file that the provider fetches from a link and sends.
public struct MediaFile: Sendable, Hashable {
    /// The kinds of files, by WhatsApp's words.
    public enum Kind: String, Sendable, Hashable, CaseIterable, Decodable {
        /// A picture, a video, a recording or any other file.
        case image, video, audio, document
    }

    /// The kind of the file.
    public var kind: Kind
    /// The https link from which the provider fetches it.
    public var link: String
    /// The text under the file; empty for none.
    public var caption: String
    /// The name under which a document is shown; `nil` if the provider chooses one.
    public var name: String?

    /// The greatest length of a caption, in UTF-16 units (Meta's OpenAPI description of the Cloud API).
    public static let captionLimit = 1024

    /// Creates a file from a link that the provider can fetch.
    public init(kind: Kind, link: String, caption: String = "", name: String? = nil) {
        self.kind = kind
        self.link = link
        self.caption = caption
        self.name = name
    }
}

/// A place on the map.
public struct Location: Sendable, Hashable {
    /// The latitude in degrees, north positive, as it was written.
    public var latitude: String
    /// The longitude in degrees, east positive, as it was written.
    public var longitude: String
    /// The name of the place; `nil` for none.
    public var name: String?
    /// The address of the place; `nil` for none.
    public var address: String?

    /// Creates a place from its coordinates in decimal degrees.
    public init(latitude: String, longitude: String, name: String? = nil, address: String? = nil) {
        self.latitude = latitude
        self.longitude = longitude
        self.name = name
        self.address = address
    }

    /// The name and the address, in lines of their own.
    public var words: String { [name, address].compactMap(\.self).joined(separator: "\n") }

    fileprivate var plainText: String {
        // The form of a link that every maps program takes.
        let link = "https://maps.google.com/?q=\(latitude),\(longitude)"
        return words.isEmpty ? link : "\(words)\n\(link)"
    }
}

/// A text with a button that opens a page.
public struct LinkButton: Sendable, Hashable {
    /// The text above the button.
    public var text: String
    /// The words on the button.
    public var title: String
    /// The https address that it opens.
    public var url: String

    /// The greatest length of a button's words, in UTF-16 units (Meta's limits of interactive messages).
    public static let titleLimit = 20

    /// Creates a button under a text.
    public init(text: String, title: String, url: String) {
        self.text = text
        self.title = title
        self.url = url
    }
}
