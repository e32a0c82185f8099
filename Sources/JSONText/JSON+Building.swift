extension JSON {
    /// A text, or `null`.
    public static func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    /// A whole number of any type; one beyond 64 bits becomes the largest or smallest there is.
    public static func count(_ count: some BinaryInteger) -> JSON { .integer(Int64(clamping: count)) }

    /// A whole number, or `null`.
    public static func count(_ count: (some BinaryInteger)?) -> JSON { count.map { .count($0) } ?? .null }

    /// Texts, in their order.
    public static func texts(_ texts: some Sequence<String>) -> JSON { .array(texts.map(JSON.string)) }

    /// The value in one line, keys in alphabetical order.
    public var encodedText: String { String(decoding: encoded, as: UTF8.self) }

    /// The value in lines of two spaces a level, keys in alphabetical order, as Foundation's `prettyPrinted` has it.
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
