/// One thing that is wrong with a file, where, and what to do about it.
public struct Diagnostic: Sendable, Hashable {
    /// Whether the file can be used all the same.
    public enum Severity: String, Sendable {
        case error, warning
    }

    /// Whether the file can be used all the same.
    public var severity: Severity
    /// The file as the person named it.
    public var file: String
    /// nil where the file as a whole is meant.
    public var range: SourceRange?
    /// What is wrong.
    public var message: String
    /// What to do: shown behind the caret.
    public var hint: String?

    /// Makes a diagnostic of its parts.
    public init(
        _ severity: Severity = .error, file: String, range: SourceRange?, message: String, hint: String? = nil
    ) {
        self.severity = severity
        self.file = file
        self.range = range
        self.message = message
        self.hint = hint
    }

    /// `file:line:column: error: message`.
    public var headline: String {
        let place = range.map { "\(file):\($0.line):\($0.column)" } ?? file
        return "\(place): \(severity.rawValue): \(message)"
    }

    /// The headline, the line itself and a caret under the place.
    public func rendered(lines: [Substring]) -> String {
        guard let range, lines.indices.contains(range.line - 1) else {
            return hint.map { "\(headline)\n   \($0)" } ?? headline
        }
        let line = lines[range.line - 1]
        let number = String(range.line)
        let margin = String(repeating: " ", count: max(5 - number.count, 0)) + number
        let blank = String(repeating: " ", count: margin.count)
        let before = line.unicodeScalars.prefix(range.column - 1)
        let under = line.unicodeScalars.dropFirst(range.column - 1).prefix(range.length)
        let indent = String(String.UnicodeScalarView(before.flatMap { $0.placeholder }))
        let width = max(under.reduce(0) { $0 + $1.columns }, 1)
        let caret = "^" + String(repeating: "~", count: width - 1)
        // A line of a megabyte helps nobody; the headline has the column.
        guard line.utf8.count <= 400 else {
            return hint.map { "\(headline)\n   \($0)" } ?? headline
        }
        return """
            \(headline)
            \(margin) | \(line.withVisibleControls)
            \(blank) | \(indent)\(caret)\(hint.map { " \($0)" } ?? "")
            """
    }
}

extension Substring {
    /// The line with control characters shown as pictures, so that a file can't write to the terminal.
    fileprivate var withVisibleControls: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { scalar in
                    switch scalar.value {
                    case 0x09: scalar
                    case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}"
                    case 0x7F...0x9F: "\u{FFFD}"
                    default: scalar
                    }
                }
            )
        )
    }
}

extension Unicode.Scalar {
    /// How many columns a terminal gives the scalar.
    fileprivate var columns: Int {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: return 0
        default: break
        }
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default: return 1
        }
    }

    /// White space as wide as the scalar; a tab stays a tab, so that it ends where the tab above it does.
    fileprivate var placeholder: [Unicode.Scalar] {
        self == "\t" ? ["\t"] : Array(repeating: " ", count: columns)
    }
}

extension [Diagnostic] {
    /// Whether there is one that forbids to use the files.
    public var hasErrors: Bool { contains { $0.severity == .error } }
}
