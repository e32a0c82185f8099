import JSONText

extension String {
    /// The longest text that the console and the API show, in Unicode scalars: WhatsApp's own longest.
    static let shownLimit = 4096

    /// The text, cut to ``shownLimit``. A contact's text may be as long as a webhook, and a page of messages must stay
    /// small.
    var shown: String {
        guard utf8.count > Self.shownLimit, unicodeScalars.count > Self.shownLimit else { return self }
        return String(String.UnicodeScalarView(unicodeScalars.prefix(Self.shownLimit))) + "…"
    }
}

extension JSON {
    /// The value with every text in it cut.
    var shown: JSON {
        switch self {
        case .string(let text): .string(text.shown)
        case .array(let items): .array(items.map(\.shown))
        case .object(let members): .object(members.mapValues(\.shown))
        default: self
        }
    }
}
