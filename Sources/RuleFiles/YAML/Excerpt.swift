/// The part of a line that a diagnostic shows, and the caret under it.
struct Excerpt {
    /// The number of scalars of a line that are shown at most: a line of a megabyte helps nobody. In a long line
    /// ``before`` scalars come before the place.
    private static let longest = 160
    private static let before = 60

    /// The line, or the part around the place if the line is long.
    let text: String
    /// The caret, with the spaces before it, for the line under ``text``.
    let caret: String

    init(of line: Substring, at range: SourceRange) {
        let scalars = line.unicodeScalars
        let isLong = scalars.index(scalars.startIndex, offsetBy: Self.longest + 1, limitedBy: scalars.endIndex) != nil
        let skipped = isLong ? max(range.column - 1 - Self.before, 0) : 0
        let rest = scalars.dropFirst(skipped)
        let shown = isLong ? rest.prefix(Self.longest) : rest
        let head = skipped > 0 ? "…" : ""
        let tail = shown.endIndex < scalars.endIndex ? "…" : ""
        text = head + Self.visible(shown) + tail

        let column = range.column - 1 - skipped
        let indent = head.unicodeScalars.map { _ in " " } + shown.prefix(column).flatMap(\.placeholder)
        let width = shown.dropFirst(column).prefix(range.length).reduce(0) { $0 + $1.columns }
        caret = String(String.UnicodeScalarView(indent)) + "^" + String(repeating: "~", count: max(width, 1) - 1)
    }

    /// Returns the text with control characters as pictures, so that a file can't write to the terminal.
    private static func visible(_ scalars: Substring.UnicodeScalarView) -> String {
        String(
            String.UnicodeScalarView(
                scalars.map { scalar in
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
    /// The number of columns that a terminal gives the scalar.
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

    /// The white space as wide as the scalar; a tab stays a tab, so that it ends at the same column as the tab above
    /// it.
    fileprivate var placeholder: [Unicode.Scalar] {
        self == "\t" ? ["\t"] : Array(repeating: " ", count: columns)
    }
}
