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

    /// Whether the text begins with `part`, letter by letter.
    func begins(with part: [UInt8]) -> Bool {
        starts(with: part) && !continues(at: startIndex + part.count)
    }

    /// Whether `part` is anywhere in the text, letter by letter.
    func holds(_ part: [UInt8]) -> Bool {
        var rest = self
        while let found = rest.firstRange(of: part) {
            if standsAlone(found) { return true }
            rest = rest[(found.lowerBound + 1)...]
        }
        return false
    }

    /// Whether neither end of the range separates a letter from its marks or cuts an emoji in two.
    func standsAlone(_ range: Range<Int>) -> Bool {
        !continues(at: range.upperBound) && !self[..<range.lowerBound].hasSuffix(Self.joiner)
    }

    private static let joiner = Array("\u{200D}".utf8)

    /// Whether the letter before `index` goes on there, with a mark or with a joiner.
    func continues(at index: Int) -> Bool {
        // The UTF-8 of U+0300, the first mark, begins with this byte.
        guard index < endIndex, self[index] >= 0xCC, let scalar = firstScalar(at: index) else { return false }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: return true
        default: return scalar == "\u{200D}"
        }
    }

    private func hasSuffix(_ end: [UInt8]) -> Bool { suffix(end.count).elementsEqual(end) }

    /// Whether the text begins with a letter, and not with a digit or sign.
    var beginsWithLetter: Bool { firstScalar(at: startIndex)?.properties.isAlphabetic ?? false }

    /// Returns the scalar that begins at `index`. The text is valid UTF-8, as all folded texts are.
    private func firstScalar(at index: Int) -> Unicode.Scalar? {
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
