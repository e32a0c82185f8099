// Texts from outside are looked at by Unicode scalar, UTF-16 unit or byte, never by `Character`: a single one of those may
// hold a hundred thousand scalars, so an amount in one unit says nothing in another, and comparing two of them, which puts
// their marks in order, takes the square of their length.

extension StringProtocol {
    /// The text, or its beginning with a `…` where it is longer than `limit`.
    ///
    /// The end lies between two characters as readers see them, or, where not even the first one fits, between two Unicode
    /// scalars.
    ///
    /// - Parameter limit: The most UTF-16 units, the `…` among them, from 1 on: what WhatsApp and its providers count. They
    ///   are at most three times as many bytes of UTF-8.
    package func shortened(toUTF16 limit: Int) -> String {
        guard utf8.count > limit else { return String(self) }
        let scalars = unicodeScalars
        var length = 0
        var end = scalars.startIndex
        var place = scalars.startIndex
        while place < scalars.endIndex, length <= limit {
            length += UTF16.width(scalars[place])
            scalars.formIndex(after: &place)
            if length < limit { end = place }
        }
        guard length > limit else { return String(self) }
        // Where characters end is told by what comes before and by one scalar behind.
        let read = self[..<scalars.index(after: end)]
        let whole = read.index(before: read.endIndex)
        return self[..<(whole > startIndex ? whole : end)] + "…"
    }

    /// The text without white space at its ends. A space that carries a mark is seen, and stays.
    var trimmed: SubSequence {
        let scalars = unicodeScalars
        var start = scalars.startIndex
        var end = scalars.endIndex
        while end > start, scalars[scalars.index(before: end)].properties.isWhitespace {
            scalars.formIndex(before: &end)
        }
        while start < end, scalars[start].properties.isWhitespace {
            let next = scalars.index(after: start)
            if next < end, scalars[next].isMark { break }
            start = next
        }
        return self[start..<end]
    }

    /// The text in one line: each run of line breaks, tabs and spaces is one space, and there is none at its ends.
    var onOneLine: String {
        var line = String.UnicodeScalarView()
        var isBehindSpace = false
        for scalar in unicodeScalars {
            switch scalar {
            case "\t"..."\r", " ", "\u{85}", "\u{2028}", "\u{2029}": isBehindSpace = true
            default:
                if isBehindSpace, !line.isEmpty { line.append(" ") }
                isBehindSpace = false
                line.append(scalar)
            }
        }
        return String(line)
    }
}

extension Unicode.Scalar {
    /// Whether it belongs to the letter before it.
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
