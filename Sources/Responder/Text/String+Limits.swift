// Texts from outside are read by Unicode scalar, UTF-16 unit or byte, never by `Character`. A single character may hold
// a hundred thousand scalars, so a limit in one unit says nothing in another. Comparing two characters puts their
// combining marks in order, which takes time that grows with the square of their length.

extension StringProtocol {
    /// Returns the text or, if it is longer than `limit`, its beginning with a `…`.
    ///
    /// The text ends between two characters as readers see them or, if not even the first one fits, between two Unicode
    /// scalars.
    ///
    /// - Parameter limit: The greatest length in UTF-16 units, the unit of WhatsApp and its providers; at least 1,
    ///   including the `…`. In bytes of UTF-8 the result is at most three times as long.
    package func shortened(toUTF16 limit: Int) -> String {
        guard utf8.count > limit else { return String(self) }
        let scalars = unicodeScalars
        var length = 0
        var end = scalars.startIndex
        var position = scalars.startIndex
        while position < scalars.endIndex, length <= limit {
            length += UTF16.width(scalars[position])
            scalars.formIndex(after: &position)
            if length < limit { end = position }
        }
        guard length > limit else { return String(self) }
        // The end of a character depends on the scalars before it and on one scalar after it.
        let read = self[..<scalars.index(after: end)]
        let whole = read.index(before: read.endIndex)
        return self[..<(whole > startIndex ? whole : end)] + "…"
    }

    /// The text without white space at its ends. A space that carries a combining mark is visible, and stays.
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

    /// The text in one line: each run of line breaks, tabs and spaces becomes one space, and there is none at its ends.
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
    /// Whether the scalar belongs to the letter before it.
    fileprivate var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
