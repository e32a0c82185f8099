/// Letters in a folded text, which are decomposed: `é` is `e` and a mark, a family is people and joiners. A text that
/// is looked for may neither begin nor end inside a letter.
extension ArraySlice<UInt8> {
    /// The letters, digits and signs, each with the marks that belong to it.
    var letters: [ArraySlice<UInt8>] {
        var letters: [ArraySlice<UInt8>] = []
        var start = startIndex
        for index in indices.dropFirst() where self[index] & 0xC0 != 0x80 && !continues(at: index) {
            letters.append(self[start..<index])
            start = index
        }
        if start < endIndex { letters.append(self[start...]) }
        return letters
    }

    /// Whether neither end of the range separates a letter from its marks or cuts an emoji in two. Flags are not looked
    /// at: ``FoldedText/standsAlone(_:)`` does.
    func standsAlone(_ range: Range<Int>) -> Bool {
        !continues(at: range.upperBound) && !self[..<range.lowerBound].hasSuffix(Self.joiner)
    }

    private static let joiner = Array("\u{200D}".utf8)

    /// Whether the letter before `index` goes on there, with a mark, with a joiner or with a tag.
    func continues(at index: Int) -> Bool {
        // The UTF-8 of U+0300, the first mark, begins with this byte.
        guard index < endIndex, self[index] >= 0xCC, let scalar = firstScalar(at: index) else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return scalar == "\u{200D}" || scalar.isTag
        }
    }

    /// Whether one of the letters that make flags (U+1F1E6–U+1F1FF) begins at `index`.
    func isFlagLetter(at index: Int) -> Bool {
        guard index >= startIndex, index + Unicode.Scalar.flagLetterLength <= endIndex else { return false }
        return self[index] == 0xF0 && self[index + 1] == 0x9F && self[index + 2] == 0x87 && self[index + 3] >= 0xA6
    }

    private func hasSuffix(_ end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }

    /// Whether the text begins with a letter, and not with a digit or sign.
    var beginsWithLetter: Bool { firstScalar(at: startIndex)?.properties.isAlphabetic ?? false }

    /// Returns the scalar that begins at `index`. The text is valid UTF-8, as all folded texts are.
    func firstScalar(at index: Int) -> Unicode.Scalar? {
        guard index < endIndex else { return nil }
        let length =
            switch self[index] {
            case ..<0x80: 1
            case ..<0xE0: 2
            case ..<0xF0: 3
            default: 4
            }
        guard index + length <= endIndex, length > 1 else { return Unicode.Scalar(self[index]) }
        let lead = UInt32(self[index]) & (0x7F >> UInt32(length))
        let value = (1..<length).reduce(lead) { $0 << 6 | UInt32(self[index + $1] & 0x3F) }
        return Unicode.Scalar(value)
    }
}

extension Unicode.Scalar {
    /// The length of a letter of a flag in UTF-8.
    static let flagLetterLength = 4

    /// Whether the scalar is one of the letters (regional indicators) of which two make a flag.
    var isFlagLetter: Bool { (0x1F1E6...0x1F1FF).contains(value) }

    /// Whether the scalar is one of the invisible letters that follow an emoji and change it, as in the flag of Wales
    /// (Unicode Technical Standard 51, section 2.6.2).
    var isTag: Bool { (0xE0020...0xE007F).contains(value) }
}
