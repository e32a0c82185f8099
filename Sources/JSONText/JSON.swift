/// A JSON value.
public enum JSON: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
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

    /// Values in a row.
    public init(arrayLiteral values: JSON...) {
        self = .array(values)
    }

    /// Parses UTF-8 text; `nil` if it is not JSON.
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

    /// A member of an object; `nil` if there is none, or it is `null`.
    public subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self, let member = members[key], member != .null else { return nil }
        return member
    }
}
