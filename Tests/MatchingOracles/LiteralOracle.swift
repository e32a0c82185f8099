public import Matching

/// A search for a whole text, a beginning or a part in a text, by looking at each of its places.
public enum LiteralOracle {
    /// Whether `pattern` is in `text`, which is folded as the pattern is; `false` for a phrase.
    public static func finds(_ pattern: TextPattern, in text: FoldedText) -> Bool {
        let scalars = scalars(text.bytes)
        let words = text.tokens.filter(\.isWord)
        let fromFirstWord = words.first.map { self.scalars(text.bytes[Int($0.start)...]) } ?? scalars
        switch pattern.shape {
        case .phrase: return false
        case .exact(let whole):
            guard let first = words.first, let last = words.last else {
                let signs = text.tokens.map { Array(text.bytes[Int($0.start)..<Int($0.end)]) }
                if signs.isEmpty { return !whole.core.isEmpty && text.bytes == whole.core }
                return whole.core.isEmpty && hold(signs, whole.before)
            }
            let signs = text.tokens.split(omittingEmptySubsequences: false, whereSeparator: \.isWord).map { gap in
                gap.map { Array(text.bytes[Int($0.start)..<Int($0.end)]) }
            }
            return text.bytes[Int(first.start)..<Int(last.end)].elementsEqual(whole.core)
                && hold(signs[0], whole.before) && hold(signs[signs.count - 1], whole.after)
        case .starts(let bytes):
            return [scalars, fromFirstWord].contains { stands(self.scalars(bytes), in: $0, at: 0) }
        case .contains(let bytes):
            return scalars.indices.contains { stands(self.scalars(bytes), in: scalars, at: $0) }
        }
    }

    /// Whether `said` is `wanted` once some of it is crossed out.
    private static func hold(_ said: [[UInt8]], _ wanted: [[UInt8]]) -> Bool {
        guard let first = wanted.first else { return true }
        guard let found = said.firstIndex(of: first) else { return false }
        return hold(Array(said[(found + 1)...]), Array(wanted.dropFirst()))
    }

    private static func scalars(_ bytes: some Collection<UInt8>) -> [Unicode.Scalar] {
        Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)
    }

    /// Whether `part` stands at this index, and neither of its ends cuts a letter from its marks, an emoji in two, or a
    /// flag in two.
    private static func stands(_ part: [Unicode.Scalar], in text: [Unicode.Scalar], at place: Int) -> Bool {
        let end = place + part.count
        guard end <= text.count, Array(text[place..<end]) == part else { return false }
        let isJoined = place > 0 && text[place - 1] == "\u{200D}"
        guard !isInFlag(text, place), !isInFlag(text, end) else { return false }
        return !isJoined && !(end < text.count && (text[end] == "\u{200D}" || isMark(text[end]) || isTag(text[end])))
    }

    /// Whether an odd number of the letters of flags stands before this index, and another one at it. A letter that is
    /// joined to an emoji begins no flag.
    private static func isInFlag(_ text: [Unicode.Scalar], _ place: Int) -> Bool {
        let letters: ClosedRange<Unicode.Scalar> = "\u{1F1E6}"..."\u{1F1FF}"
        guard place < text.count, letters.contains(text[place]) else { return false }
        var first = place
        while first > 0, letters.contains(text[first - 1]) { first -= 1 }
        let isJoined = first > 0 && text[first - 1] == "\u{200D}"
        return (place - first - (isJoined ? 1 : 0)) % 2 == 1
    }

    private static func isTag(_ scalar: Unicode.Scalar) -> Bool { (0xE0020...0xE007F).contains(scalar.value) }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
