/// Writes JSON by hand: each message makes half a dozen of them, most while the writer's thread is held, and an encoder
/// that has to ask each value what it is takes a fifth of that time.
package struct JSONWriter {
    /// What is written so far, in UTF-8.
    package private(set) var bytes: [UInt8] = []

    package init() {}

    /// The JSON of one object.
    package static func object(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        writer.object(body)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    package mutating func object(_ body: (inout JSONWriter) -> Void) {
        bytes.append(UInt8(ascii: "{"))
        body(&self)
        bytes.append(UInt8(ascii: "}"))
    }

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

    /// Writes a member of the object that is being written.
    package mutating func member(_ key: String, _ value: (inout JSONWriter) -> Void) {
        separate()
        text(key)
        bytes.append(UInt8(ascii: ":"))
        value(&self)
    }

    package mutating func member(_ key: String, _ value: String) { member(key) { $0.text(value) } }
    package mutating func member(_ key: String, _ value: Bool) { member(key) { $0.literal("\(value)") } }

    package mutating func number(_ value: Int64) {
        literal(String(value))
    }

    /// Writes `null`, a truth or a number as it is.
    package mutating func literal(_ text: String) {
        bytes += text.utf8
    }

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

    /// A comma, unless what comes is the first of its object or list.
    private mutating func separate() {
        if let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") {
            bytes.append(UInt8(ascii: ","))
        }
    }
}
