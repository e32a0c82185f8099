import Responder

/// A JSON value read as tolerantly as the providers write: numbers may come as strings and strings as numbers.
public enum JSON: Sendable, Hashable, ExpressibleByStringLiteral {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    case string(String)
    case array([JSON])
    case object([String: JSON])

    /// A text.
    public init(stringLiteral text: String) {
        self = .string(text)
    }

    /// Parses UTF-8 text; nil where it is not JSON.
    public init?(parsing bytes: some Collection<UInt8>) {
        let read =
            bytes.withContiguousStorageIfAvailable(JSONReader.read)
            ?? Array(bytes).withUnsafeBufferPointer(JSONReader.read)
        guard let read else { return nil }
        self = read
    }

    /// The value in UTF-8, keys in alphabetical order.
    public var encoded: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }

    private func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.literal("null")
        case .bool(let value): writer.literal("\(value)")
        case .integer(let value): writer.number(value)
        // No JSON has a number that is not finite.
        case .number(let value): writer.literal(value.isFinite ? "\(value)" : "null")
        case .string(let value): writer.text(value)
        case .array(let values): writer.array(values) { $1.write(to: &$0) }
        case .object(let members):
            writer.object { writer in
                for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                    writer.member(key) { value.write(to: &$0) }
                }
            }
        }
    }

    /// A member of an object; nil where there is none, or it is `null`.
    public subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self, let member = members[key], member != .null else { return nil }
        return member
    }

    /// The value as a text, where it is a text or a whole number. NUL, which no text holds, becomes U+FFFD.
    public var text: String? {
        switch self {
        case .string(let value): value.utf8.contains(0) ? value.withoutNUL : value
        case .integer(let value): String(value)
        default: nil
        }
    }

    /// The value as an id or a word that is compared, where it is a text of 1 to 256 bytes without control characters; ids
    /// seen have 32 to 70 bytes.
    var id: String? {
        guard let text, (1...256).contains(text.utf8.count),
            !text.unicodeScalars.contains(where: { $0.value < 0x20 || (0x7F..<0xA0).contains($0.value) })
        else { return nil }
        return text
    }

    /// The value as a whole number, where it is one or a text of one.
    public var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value.rounded(.towardZero))
        case .string(let value): Int64(value) ?? Double(value).flatMap { Int64(exactly: $0.rounded(.towardZero)) }
        default: nil
        }
    }
}

extension String {
    fileprivate var withoutNUL: String {
        String(String.UnicodeScalarView(unicodeScalars.map { $0.value == 0 ? "\u{FFFD}" : $0 }))
    }
}
