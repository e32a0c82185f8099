public import JSONText

/// Values read as tolerantly as the providers write them: numbers may come as strings, and strings as numbers.
extension JSON {
    /// The value as a text, if it is a text or a whole number. NUL, which no text holds, becomes U+FFFD.
    public var text: String? {
        switch self {
        case .string(let value): value.utf8.contains(0) ? value.withoutNUL : value
        case .integer(let value): String(value)
        default: nil
        }
    }

    /// The value as an id or a word that is compared, if it is a text of 1 to 256 bytes without control characters; ids
    /// seen have 32 to 70 bytes.
    var id: String? {
        guard let text, (1...256).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
        else { return nil }
        return text
    }

    /// The value as a whole number, if it is one or a text of one.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value.rounded(.towardZero))
        case .string(let value): Int64(value) ?? Double(value).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
        default: nil
        }
    }

    /// The value as a yes or no, if it is one: the providers write numbers and truths as texts too.
    var claim: Bool? {
        switch self {
        case .bool(let value): value
        default: ["true": true, "1": true, "false": false, "0": false][id?.lowercased() ?? ""]
        }
    }

    /// The values of a list; `nil` if it is none.
    var list: [JSON]? {
        if case .array(let values) = self { return values }
        return nil
    }

    /// The values of a list; empty if it is none.
    public var items: [JSON] { list ?? [] }

    /// Whether the value is an empty text or `false`, by which the provider says nothing.
    var isNothing: Bool { text?.isEmpty == true || self == .bool(false) }
}

extension String {
    fileprivate var withoutNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }
}

extension String {
    /// The text of a provider, fit for one line that people read: no longer than 200 scalars, without control characters
    /// and marks of direction.
    var detail: String {
        let scalars = unicodeScalars.prefix(200).map { scalar -> Unicode.Scalar in
            let isOdd = [.control, .format, .lineSeparator, .paragraphSeparator].contains(
                scalar.properties.generalCategory)
            return isOdd ? " " : scalar
        }
        return String(String.UnicodeScalarView(scalars))
    }
}
