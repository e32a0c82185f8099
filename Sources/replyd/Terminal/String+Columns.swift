extension String {
    /// The text with spaces behind it, `width` columns wide.
    func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(width - columns, 0))
    }

    /// How many columns a terminal gives it: marks take none, emoji and East Asian letters two.
    var columns: Int { reduce(0) { $0 + $1.columns } }

    /// Its beginning, where it takes more than `width` columns or has more than 16 scalars for each; a `…` says so.
    func shortened(to width: Int) -> String {
        let (limit, isUnlimited) = width.multipliedReportingOverflow(by: 16)
        guard columns > width || !isUnlimited && unicodeScalars.count > limit else { return self }
        var columns = width - 1
        var scalars = limit - 1
        let whole = prefix { character in
            columns -= character.columns
            scalars -= character.unicodeScalars.count
            return columns >= 0 && (isUnlimited || scalars >= 0)
        }
        if whole.isEmpty, let first, first.columns < width {
            // All there is to be seen is a letter, and no terminal shows so many marks on it.
            return String(String.UnicodeScalarView(unicodeScalars.prefix(limit - 1))) + "…"
        }
        return whole + "…"
    }
}

extension Character {
    fileprivate var columns: Int {
        var width = 0
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            default: width = max(width, scalar.isWide ? 2 : 1)
            }
        }
        // An emoji that is asked for by U+FE0F.
        return width == 1 && unicodeScalars.contains("\u{FE0F}") ? 2 : width
    }
}

extension Unicode.Scalar {
    /// Whether terminals give it two columns: `W` and `F` of East_Asian_Width, as far as they are in use.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}
