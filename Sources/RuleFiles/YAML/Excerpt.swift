import Responder

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

        // Whole characters are measured, because a terminal gives an emoji of several scalars the room of one.
        let column = range.column - 1 - skipped
        let before = Self.visible(shown.prefix(column))
        let width = Self.visible(shown.prefix(column + range.length)).columns - before.columns
        let indent = before.map { $0 == "\t" ? "\t" : String(repeating: " ", count: $0.columns) }.joined()
        caret = (head.isEmpty ? "" : " ") + indent + "^" + String(repeating: "~", count: max(width, 1) - 1)
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
