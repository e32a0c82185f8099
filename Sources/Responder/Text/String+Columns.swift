extension String {
    /// The number of columns that a terminal gives the text: marks take none, emoji and East Asian letters two.
    package var columns: Int { reduce(0) { $0 + $1.columns } }
}

extension Character {
    /// The number of columns that a terminal gives the character.
    package var columns: Int {
        var width = 0
        for scalar in unicodeScalars {
            switch scalar.properties.generalCategory {
            case .nonspacingMark, .enclosingMark, .format: continue
            default: width = max(width, scalar.isWide ? 2 : 1)
            }
        }
        // U+FE0F asks for the wide form of an emoji.
        return width == 1 && unicodeScalars.contains("\u{FE0F}") ? 2 : width
    }
}

extension Unicode.Scalar {
    /// Whether terminals give the scalar two columns: `W` and `F` of East_Asian_Width, as far as they are in use.
    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}
