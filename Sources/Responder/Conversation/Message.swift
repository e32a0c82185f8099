/// One inbound message, as the contact sent it.
public struct Message: Sendable, Hashable {
    /// The number of our account that received it.
    public var account: String
    /// The provider's id of the message; duplicates are recognised by it.
    public var unique: String
    /// The contact who wrote it.
    public var contact: Contact
    /// The kind of the message.
    public var type: MessageType
    /// The provider's `body`: a text, a link, coordinates or a number, depending on ``type``.
    public var body: String
    /// The caption of a picture, video, recording or document.
    public var caption: String?
    /// The id of the message that this one quotes.
    public var quoted: String?
    /// The id of the choice that the contact took, as we made it; `nil` if the provider gave none.
    public var choice: String?
    /// The moment at which the contact sent it.
    public var timestamp: Timestamp

    /// Creates a message; by default a text without a caption that quotes nothing.
    public init(
        account: String, unique: String, contact: Contact, type: MessageType = .text, body: String,
        caption: String? = nil, quoted: String? = nil, choice: String? = nil, timestamp: Timestamp
    ) {
        self.account = account
        self.unique = unique
        self.contact = contact
        self.type = type
        self.body = body
        self.caption = caption
        self.quoted = quoted
        self.choice = choice
        self.timestamp = timestamp
    }

    /// The words of the contact: the body of texts, buttons and list choices, or the caption of media; otherwise `nil`.
    ///
    /// The body of a media message is a link, and is never used.
    public var text: String? {
        switch type {
        case .text, .button, .list: body
        case .image, .audio, .video, .ptt, .document: caption.flatMap { $0.isEmpty ? nil : $0 }
        default: nil
        }
    }
}
