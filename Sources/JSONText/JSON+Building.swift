extension JSON {
    /// Returns a text, or `null` if `text` is `nil`.
    public static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    /// Returns a whole number of any type; one beyond 64 bits becomes the largest or smallest that fits.
    public static func count(_ count: some BinaryInteger) -> JSON { .integer(Int64(clamping: count)) }

    /// Returns a whole number, or `null` if `count` is `nil`.
    public static func count(_ count: (some BinaryInteger)?) -> JSON { count.map { .count($0) } ?? .null }

    /// Returns a list of texts, in their order.
    public static func texts(_ texts: some Sequence<String>) -> JSON { .array(texts.map(JSON.string)) }

    /// The value in one line, with keys in alphabetical order.
    public var encodedText: String { String(decoding: encoded, as: UTF8.self) }

    /// The value in several lines, indented by two spaces a level, with keys in alphabetical order, as Foundation's
    /// `prettyPrinted` writes it.
    public var indentedText: String { indented(by: "") }

    private func indented(by indent: String) -> String {
        let inner = indent + "  "
        switch self {
        case .array(let values) where !values.isEmpty:
            return "[\n" + values.map { inner + $0.indented(by: inner) }.joined(separator: ",\n") + "\n\(indent)]"
        case .object(let members) where !members.isEmpty:
            let lines = members.sorted { $0.key < $1.key }.map { key, value in
                "\(inner)\(JSON.string(key).encodedText) : \(value.indented(by: inner))"
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n\(indent)}"
        default: return encodedText
        }
    }
}
