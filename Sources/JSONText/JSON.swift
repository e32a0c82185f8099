/// A JSON value.
public enum JSON: Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// The value `null`.
    case null
    /// A Boolean.
    case bool(Bool)
    /// A whole number that fits into 64 bits.
    case integer(Int64)
    /// Any other number; one that is not finite is written as `null`.
    case number(Double)
    /// A text.
    case string(String)
    /// A list of values.
    case array([JSON])
    /// An object: its members by their names.
    case object([String: JSON])

    /// Creates a text.
    public init(stringLiteral text: String) {
        self = .string(text)
    }

    /// Creates a list of values.
    public init(arrayLiteral values: JSON...) {
        self = .array(values)
    }

    /// Parses UTF-8 text. Returns `nil` if it is not JSON.
    public init?(parsing bytes: some Collection<UInt8>) {
        let read =
            bytes.withContiguousStorageIfAvailable(JSONReader.read)
            ?? Array(bytes).withUnsafeBufferPointer(JSONReader.read)
        guard let read else { return nil }
        self = read
    }

    /// The value in UTF-8, with keys in alphabetical order.
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
        // JSON has only finite numbers.
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

    /// The member of an object with this name; `nil` if there is none, if it is `null`, or if the value is no object.
    public subscript(_ key: String) -> JSON? {
        guard case .object(let members) = self, let member = members[key], member != .null else { return nil }
        return member
    }
}
