/// The kind of a message, by the provider's word for it; kinds that come into being later are kept as they are.
public struct MessageType: RawRepresentable, Sendable, Hashable, Codable {
    /// The provider's word.
    public var rawValue: String

    /// A kind by the provider's word.
    public init(rawValue: String) {
        self.rawValue = rawValue
    }

    public static let text = MessageType(rawValue: "text")
    public static let image = MessageType(rawValue: "image")
    public static let audio = MessageType(rawValue: "audio")
    public static let video = MessageType(rawValue: "video")
    public static let location = MessageType(rawValue: "location")
    public static let ptt = MessageType(rawValue: "ptt")
    public static let document = MessageType(rawValue: "document")
    public static let button = MessageType(rawValue: "button")
    public static let contacts = MessageType(rawValue: "contacts")
    public static let list = MessageType(rawValue: "list")
    public static let reaction = MessageType(rawValue: "reaction")
    public static let order = MessageType(rawValue: "order")

    /// The kinds the providers document.
    public static let known: [MessageType] = [
        .text, .image, .audio, .video, .location, .ptt, .document, .button, .contacts, .list, .reaction, .order,
    ]
}

/// One inbound message, as the contact sent it.
public struct Message: Sendable, Hashable {
    /// The number of our account that received it.
    public var account: String
    /// The provider's id of the message: the key by which duplicates are known.
    public var unique: String
    /// Who wrote it.
    public var contact: Contact
    /// What kind of message it is.
    public var type: MessageType
    /// What the provider calls the body: text, a link, coordinates or a number, by ``type``.
    public var body: String
    /// The words under a picture, film, recording or document.
    public var caption: String?
    /// The id of the message that this one quotes.
    public var quoted: String?
    /// When the contact sent it.
    public var timestamp: Timestamp

    /// Makes a message of its parts.
    public init(
        account: String, unique: String, contact: Contact, type: MessageType = .text, body: String,
        caption: String? = nil, quoted: String? = nil, timestamp: Timestamp
    ) {
        self.account = account
        self.unique = unique
        self.contact = contact
        self.type = type
        self.body = body
        self.caption = caption
        self.quoted = quoted
        self.timestamp = timestamp
    }

    /// What the contact said in words: the body of texts, buttons and list choices, the caption of media, else nil.
    ///
    /// The body of a media message is a link and never looked at.
    public var text: String? {
        switch type {
        case .text, .button, .list: body
        case .image, .audio, .video, .ptt, .document: caption.flatMap { $0.isEmpty ? nil : $0 }
        default: nil
        }
    }
}
