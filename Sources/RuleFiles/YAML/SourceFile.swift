/// A YAML file as it was read: the text that positions refer to.
public struct SourceFile: Sendable {
    /// The file as the person named it.
    public let path: String
    /// Its bytes, whatever they are.
    public let bytes: [UInt8]

    /// A file by its name and content.
    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// A file by its name and text.
    public init(path: String, text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// The lines without their breaks, broken where YAML breaks them; invalid UTF-8 shows as U+FFFD.
    public func lines() -> [Substring] {
        let text = String(decoding: bytes, as: UTF8.self)
        let scalars = text.unicodeScalars
        var lines: [Substring] = []
        var start = text.startIndex
        var index = text.startIndex
        while index < scalars.endIndex {
            let scalar = scalars[index]
            let next = scalars.index(after: index)
            guard ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar) else {
                index = next
                continue
            }
            lines.append(text[start..<index])
            index =
                scalar == "\r" && next < scalars.endIndex && scalars[next] == "\n" ? scalars.index(after: next) : next
            start = index
        }
        lines.append(text[start...])
        return lines
    }
}

/// A stretch of a source file on one line.
public struct SourceRange: Sendable, Hashable, Comparable {
    /// Counted from 1.
    public var line: Int
    /// Counted from 1, in Unicode scalars, as editors count.
    public var column: Int
    /// In Unicode scalars; at least 1.
    public var length: Int

    /// A stretch by where it begins and how long it is.
    public init(line: Int, column: Int, length: Int = 1) {
        self.line = line
        self.column = column
        self.length = max(length, 1)
    }

    /// Earlier in the file comes first.
    public static func < (left: SourceRange, right: SourceRange) -> Bool {
        (left.line, left.column, left.length) < (right.line, right.column, right.length)
    }
}
