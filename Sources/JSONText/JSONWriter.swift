/// Writes JSON without an encoder: each message makes half a dozen JSON texts, most while the writer's thread is held,
/// and an encoder that has to find out the type of each value takes a fifth of that time.
package struct JSONWriter {
    /// The JSON written so far, in UTF-8.
    package private(set) var bytes: [UInt8] = []

    /// Creates a writer that has written nothing.
    package init() {}

    /// Returns the JSON of one object, whose members `body` writes.
    package static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object(body)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// Writes an object, whose members `body` writes.
    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        body(&self)
        bytes.append(UInt8(ascii: "}"))
    }

    /// Writes an array; `body` writes each of its elements.
    package mutating func array<Element>(
        _ elements: some Sequence<Element>, _ body: (inout JSONWriter, Element) -> Void
    ) {
        bytes.append(UInt8(ascii: "["))
        for element in elements {
            separate()
            body(&self, element)
        }
        bytes.append(UInt8(ascii: "]"))
    }

    /// Writes a member of the current object.
    package mutating func member(_ key: String, _ value: (inout JSONWriter) -> Void) {
        separate()
        text(key)
        bytes.append(UInt8(ascii: ":"))
        value(&self)
    }

    /// Writes a member of the current object whose value is a text.
    package mutating func member(_ key: String, _ value: String) { member(key) { $0.text(value) } }
    /// Writes a member of the current object whose value is a Boolean.
    package mutating func member(_ key: String, _ value: Bool) { member(key) { $0.literal("\(value)") } }

    /// Writes a whole number.
    package mutating func number(_ value: Int64) {
        literal(String(value))
    }

    /// Writes `null`, a Boolean or a number as given.
    package mutating func literal(_ text: String) {
        bytes += text.utf8
    }

    /// Writes a text in quotes, with escapes as RFC 8259 requires them.
    package mutating func text(_ value: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case UInt8(ascii: "\n"): literal("\\n")
            case ..<0x20:
                literal("\\u00")
                bytes += [byte >> 4, byte & 0xF].map { $0 < 10 ? 0x30 + $0 : 0x57 + $0 }
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a comma, unless the next value is the first of its object or array.
    private mutating func separate() {
        if let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
            bytes.append(UInt8(ascii: ","))
        }
    }
}
