/// The kind of a message, by the provider's word for it. The kinds are an open set: words that providers add later are
/// kept as they are.
public struct MessageType: RawRepresentable, Sendable, Hashable, Codable {
    /// The provider's word; `ptt` for a voice message, which some call `voice`.
    public let rawValue: String

    /// Creates a kind from the provider's word.
    public init(rawValue: String) {
        self.rawValue = rawValue == "voice" ? "ptt" : rawValue
    }

    /// A text.
    public static let text = MessageType(rawValue: "text")
    /// A picture.
    public static let image = MessageType(rawValue: "image")
    /// An audio file.
    public static let audio = MessageType(rawValue: "audio")
    /// A video.
    public static let video = MessageType(rawValue: "video")
    /// A location.
    public static let location = MessageType(rawValue: "location")
    /// A voice message (push to talk).
    public static let ptt = MessageType(rawValue: "ptt")
    /// A document.
    public static let document = MessageType(rawValue: "document")
    /// A sticker.
    public static let sticker = MessageType(rawValue: "sticker")
    /// A press of a button.
    public static let button = MessageType(rawValue: "button")
    /// Contact cards.
    public static let contacts = MessageType(rawValue: "contacts")
    /// A choice from a list.
    public static let list = MessageType(rawValue: "list")
    /// A reaction to a message.
    public static let reaction = MessageType(rawValue: "reaction")
    /// An order.
    public static let order = MessageType(rawValue: "order")
    /// A message that the provider can't show: a poll, an event, or whatever WhatsApp has added.
    public static let unsupported = MessageType(rawValue: "unsupported")
    /// In rules, every kind that is not in ``known``.
    public static let other = MessageType(rawValue: "other")

    /// The kinds that rules can ask for by name.
    public static let known: [MessageType] = [
        .text, .image, .audio, .video, .location, .ptt, .document, .sticker, .button, .contacts, .list, .reaction,
        .order, .unsupported,
    ]

    /// The words for kinds in rules, tests and commands.
    public static let names = known.map(\.rawValue) + ["voice", "other"]

    /// Whether the words of such a message are its body; otherwise they are its caption.
    public var hasBody: Bool { self == .text || self == .button || self == .list }

    /// The word for explanations, of a bounded length.
    var shown: String { rawValue.shortened(toUTF16: 40) }

    /// The kind that rules ask for: this one if it is known, else ``other``.
    var asked: MessageType { Self.known.contains(self) ? self : .other }

    /// Whether a person sent it as a message. Some providers also pass on what befalls a chat: calls, edits, deletions,
    /// changes of keys and of groups.
    public var isMessage: Bool {
        if Self.known.contains(self) { return true }
        let letters = rawValue.lowercased().unicodeScalars.filter { ("a"..."z").contains($0) }
        return !Self.events.contains(String(String.UnicodeScalarView(letters)))
    }

    /// The words of WhatsApp's clients and interfaces for what is no message, in small letters alone.
    private static let events: Set<String> = [
        "revoke", "revoked", "delete", "deleted", "edit", "edited", "pin", "pinned", "pinnedmessage", "unpin",
        "keepinchat", "call", "calllog", "callcreated", "missedcall", "missedvoicecall", "missedvideocall",
        "callpermissionreply", "system", "protocol", "ciphertext", "debug", "notification", "notificationtemplate",
        "eenotification", "groupnotification", "broadcastnotification", "newsletternotification", "groupinvite", "gp",
        "requestwelcome", "ephemeral", "pollupdate", "pollvote", "eventresponse", "commentnotification", "ack",
        "typing", "presence", "status", "newsletter", "newsletteradmininvite",
    ]
}
