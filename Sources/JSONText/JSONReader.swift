/// Reads JSON (RFC 8259) from UTF-8; like Foundation it accepts a comma after an object's last member.
///
/// Half an emoji, as JavaScript writes it where it cuts a text, and bytes that are no UTF-8 become U+FFFD. Otherwise a
/// message would be lost because of a name that somebody has cut.
///
/// The reader is written by hand because nothing else about a webhook took as long: an eighth of the cost of taking one
/// in went into Foundation's decoder, which has to guess the type of each value. Tests compare the two.
struct JSONReader: ~Copyable {
    /// The depth to which values may be nested, as in Foundation.
    private static let depthLimit = 512
    /// The longest name of a member, in bytes; members with longer names are skipped. Nobody asks for them, and a
    /// dictionary puts the combining marks of each name in order, which takes time in the square of their number.
    private static let nameLimit = 1024

    private let bytes: UnsafeBufferPointer<UInt8>
    private var position = 0
    private var depth = 0

    /// Returns the value that the bytes hold, or `nil` if they are not JSON.
    static func read(_ bytes: UnsafeBufferPointer<UInt8>) -> JSON? {
        var reader = JSONReader(bytes)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        guard let value = reader.value() else { return nil }
        reader.skipSpace()
        return reader.position == bytes.count ? value : nil
    }

    private init(_ bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
    }

    private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        position += 1
        return true
    }

    private mutating func value() -> JSON? {
        skipSpace()
        switch next {
        case UInt8(ascii: "\""): return string().map(JSON.string)
        case UInt8(ascii: "{"): return nested { $0.object() }
        case UInt8(ascii: "["): return nested { $0.array() }
        case UInt8(ascii: "t"): return word("true", .bool(true))
        case UInt8(ascii: "f"): return word("false", .bool(false))
        case UInt8(ascii: "n"): return word("null", .null)
        default: return number()
        }
    }

    private mutating func nested(_ read: (inout JSONReader) -> JSON?) -> JSON? {
        guard depth < Self.depthLimit else { return nil }
        depth += 1
        position += 1
        defer { depth -= 1 }
        return read(&self)
    }

    private mutating func word(_ word: StaticString, _ value: JSON) -> JSON? {
        let count = word.utf8CodeUnitCount
        guard bytes.count - position >= count, bytes[position..<position + count].elementsEqual(word.bytes) else {
            return nil
        }
        position += count
        return value
    }

    /// Reads the rest of an object after `{`.
    private mutating func object() -> JSON? {
        var members: [String: JSON] = [:]
        var isFirst = true
        skipSpace()
        if take(UInt8(ascii: "}")) { return .object(members) }
        while true {
            skipSpace()
            if !isFirst, take(UInt8(ascii: "}")) { return .object(members) }
            isFirst = false
            guard let key = string() else { return nil }
            skipSpace()
            guard take(UInt8(ascii: ":")), let value = value() else { return nil }
            // Of several members with one name the first counts, as in Foundation.
            if key.utf8.count <= Self.nameLimit, let first = members.updateValue(value, forKey: key) {
                members[key] = first
            }
            skipSpace()
            if take(UInt8(ascii: "}")) { return .object(members) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    /// Reads the rest of an array after `[`.
    private mutating func array() -> JSON? {
        var values: [JSON] = []
        skipSpace()
        if take(UInt8(ascii: "]")) { return .array(values) }
        while true {
            guard let value = value() else { return nil }
            values.append(value)
            skipSpace()
            if take(UInt8(ascii: "]")) { return .array(values) }
            guard take(UInt8(ascii: ",")) else { return nil }
        }
    }

    // MARK: Texts

    private mutating func string() -> String? {
        guard take(UInt8(ascii: "\"")) else { return nil }
        let start = position
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") {
            guard byte >= 0x20 else { return nil }
            position += 1
        }
        let plain = bytes[start..<position]
        if take(UInt8(ascii: "\"")) { return String(decoding: plain, as: UTF8.self) }
        return escapedString(Array(plain))
    }

    /// Reads the rest of a text from its first backslash on; `plain` is the part before it.
    private mutating func escapedString(_ plain: [UInt8]) -> String? {
        var text = plain
        while let byte = next {
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                guard let scalar = escape() else { return nil }
                text.append(contentsOf: UTF8.encode(scalar).unsafelyUnwrapped)
            case 0x20...: text.append(byte)
            default: return nil
            }
        }
        return nil
    }

    /// Reads the rest of an escape after its backslash.
    private mutating func escape() -> Unicode.Scalar? {
        guard let byte = next else { return nil }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return Unicode.Scalar(byte)
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "b"): return "\u{8}"
        case UInt8(ascii: "f"): return "\u{C}"
        case UInt8(ascii: "u"):
            guard let unit = codeUnit() else { return nil }
            guard UTF16.isLeadSurrogate(unit) else { return Unicode.Scalar(unit) ?? "\u{FFFD}" }
            let end = position
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), let trail = codeUnit(),
                UTF16.isTrailSurrogate(trail)
            else {
                // What follows is read as if the half were not there.
                position = end
                return "\u{FFFD}"
            }
            return UTF16.decode(UTF16.EncodedScalar([unit, trail]))
        default: return nil
        }
    }

    /// Reads the four digits of `\u`.
    private mutating func codeUnit() -> UInt16? {
        guard bytes.count - position >= 4 else { return nil }
        var unit: UInt16 = 0
        for byte in bytes[position..<position + 4] {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): unit = unit << 4 | UInt16(byte & 0xF)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                unit = unit << 4 | UInt16((byte & 0xF) + 9)
            default: return nil
            }
        }
        position += 4
        return unit
    }

    // MARK: Numbers

    private mutating func digits() -> Bool {
        let start = position
        while let byte = next, (0x30...0x39).contains(byte) { position += 1 }
        return position > start
    }

    private mutating func number() -> JSON? {
        let start = position
        _ = take(UInt8(ascii: "-"))
        // A number that begins with 0 has no other digit before the point.
        if !take(UInt8(ascii: "0")) { guard digits() else { return nil } }
        var isWhole = true
        if take(UInt8(ascii: ".")) {
            guard digits() else { return nil }
            isWhole = false
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() else { return nil }
            isWhole = false
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        if isWhole, let integer = Int64(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { return nil }
        return Int64(exactly: number).map(JSON.integer) ?? .number(number)
    }
}

extension StaticString {
    fileprivate var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }
}
