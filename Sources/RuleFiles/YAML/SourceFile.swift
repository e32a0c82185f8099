/// A YAML file as it was read: the text that positions refer to.
public struct SourceFile: Sendable {
    /// The file as the person named it.
    public let path: String
    /// The bytes of the file, which need not be valid UTF-8.
    public let bytes: [UInt8]

    /// Creates a file from its name and content.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// Creates a file from its name and text.
    public init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// The bytes without the byte order mark (U+FEFF) that some editors put first, which no editor counts as a column.
    var content: ArraySlice<UInt8> {
        bytes.starts(with: "\u{FEFF}".utf8) ? bytes.dropFirst(3) : bytes[...]
    }

    /// Returns the lines without their breaks, broken as in YAML; invalid UTF-8 becomes U+FFFD.
    public func lines() -> [Substring] {
        content.withUnsafeBufferPointer { bytes in
            var lines: [Substring] = []
            var start = 0
            var index = 0
            while index < bytes.count {
                let length = Self.breakLength(bytes, at: index)
                if length > 0 {
                    lines.append(Substring(String(decoding: bytes[start..<index], as: UTF8.self)))
                    start = index + length
                }
                index += max(length, 1)
            }
            lines.append(Substring(String(decoding: bytes[start...], as: UTF8.self)))
            return lines
        }
    }

    /// Returns the length of the line break at `index`, in bytes; 0 if no line ends there. YAML 1.1 ends lines at LF,
    /// CR, CRLF, U+0085, U+2028 and U+2029.
    private static func breakLength(_ bytes: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        switch bytes[index] {
        case 0x0A: 1
        case 0x0D: index + 1 < bytes.count && bytes[index + 1] == 0x0A ? 2 : 1
        case 0xC2: index + 1 < bytes.count && bytes[index + 1] == 0x85 ? 2 : 0
        case 0xE2:
            index + 2 < bytes.count && bytes[index + 1] == 0x80 && (0xA8...0xA9).contains(bytes[index + 2]) ? 3 : 0
        default: 0
        }
    }
}

/// A part of a source file on one line.
public struct SourceRange: Sendable, Hashable, Comparable {
    /// The line, counted from 1.
    public var line: Int
    /// The column, counted from 1, in Unicode scalars, as editors count.
    public var column: Int
    /// The length in Unicode scalars; at least 1.
    public var length: Int

    /// Creates a range from its beginning and length; a length below 1 becomes 1.
    public init(line: Int, column: Int, length: Int = 1) {
        self.line = line
        self.column = column
        self.length = max(length, 1)
    }

    /// Orders ranges by their beginning, then by their length.
    public static func < (left: SourceRange, right: SourceRange) -> Bool {
        (left.line, left.column, left.length) < (right.line, right.column, right.length)
    }
}
