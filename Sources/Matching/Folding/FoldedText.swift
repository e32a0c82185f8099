/// A text made comparable: differences of case, marks, controls, quotes, widths and spacing are gone.
///
/// The rules are those of the rules language: Unicode case folding and compatibility equivalence; no niqqud,
/// cantillation, tatweel or Arabic vowel marks; no bidi or zero-width controls (a joiner inside an emoji stays);
/// geresh, gershayim, apostrophes and quotes alike; any run of spaces one space, none at the ends. `İ` is
/// `i`. A quote between two
/// letters belongs to the word and leaves no trace (`צה״ל` is `צהל`, `don't` is `dont`). In scripts without spaces each
/// letter is a word, for nothing tells where a word ends.
public struct FoldedText: Sendable, Hashable {
    /// One word, sign or link of the text; offsets are UTF-8 bytes of ``bytes``.
    public struct Token: Sendable, Hashable {
        /// The offset at which the token begins.
        public var start: Int32
        /// The offset at which the token ends, exclusive.
        public var end: Int32
        /// Whether the token is made of letters and digits or is a link, and is not a sign such as `$` or `#` or an emoji.
        public var isWord: Bool
        /// Whether the token is a link or a mail address, which is one word and holds none.
        public var isLink = false

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    /// The folded text in UTF-8.
    public private(set) var bytes: [UInt8] = []
    /// The words, signs and links in their order; spaces and punctuation are not listed.
    public private(set) var tokens: [Token] = []

    /// Folds `text`.
    public init(_ text: String, accents: Accents = .count) {
        bytes.reserveCapacity(text.utf8.count)
        var folder = Folder(accents: accents)
        let table = FoldingTable.shared
        for scalar in text.unicodeScalars {
            if let folded = table.common(scalar) {
                folder.append(folded)
            } else {
                for folded in table.folded(scalar) { folder.append(folded) }
            }
        }
        folder.finish()
        bytes = folder.bytes
        tokens = folder.tokens
        if folder.mayHoldLinks { insert(Links(in: bytes).ranges) }
    }

    /// Puts one token in place of all that are in each link. A link may begin or end within a word, as behind a Hebrew
    /// letter; a slash at its end is no sign of its own.
    private mutating func insert(_ links: [Range<Int>]) {
        guard !links.isEmpty else { return }
        var all: [Token] = []
        var rest = tokens[...]
        for link in links {
            let start = Int32(link.lowerBound)
            var end = Int32(link.upperBound)
            while let token = rest.first, token.start < start {
                all.append(Token(start: token.start, end: min(token.end, start), isWord: token.isWord))
                if token.end > start { break }
                rest.removeFirst()
            }
            all.append(Token(start: start, end: end, isWord: true, isLink: true))
            while Int(end) < bytes.count, bytes[Int(end)] == UInt8(ascii: "/") { end += 1 }
            while let token = rest.first, token.start < end {
                guard token.end > end else {
                    rest.removeFirst()
                    continue
                }
                rest[rest.startIndex].start = end
            }
        }
        tokens = all + rest
    }

    /// The same text with accents ignored.
    var withoutAccents: FoldedText {
        // The UTF-8 of every letter and mark that changes, in Latin, Cyrillic and Arabic, has one of these bytes.
        let mayChange = bytes.contains {
            $0 == 0xC3 || $0 == 0xC5 || (0xCC...0xCD).contains($0) || (0xD8...0xD9).contains($0) || $0 >= 0xE1
        }
        return mayChange ? FoldedText(String(decoding: bytes, as: UTF8.self), accents: .ignore) : self
    }

    /// Whether nothing is left to compare.
    public var isEmpty: Bool { bytes.isEmpty }

    /// The text from its first letter or digit to its last one; empty if it has none.
    var core: ArraySlice<UInt8> {
        guard let first = tokens.first(where: \.isWord), let last = tokens.last(where: \.isWord) else { return [] }
        return bytes[Int(first.start)..<Int(last.end)]
    }

    /// The number that the text is if it has at most two digits, and signs around them alone: `2.`, `(١)`; `nil` if it is
    /// something else.
    public var wholeNumber: Int? {
        let core = core
        guard (1...2).contains(core.count), core.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return core.reduce(0) { 10 * $0 + Int($1 - 0x30) }
    }

    /// The text from its first letter or digit on; the whole text if it has none.
    var fromFirstWord: ArraySlice<UInt8> {
        guard let first = tokens.first(where: \.isWord) else { return bytes[...] }
        return bytes[Int(first.start)...]
    }

    /// Whether neither end of the range cuts a letter from its marks, an emoji in two, or a flag in two.
    func standsAlone(_ range: Range<Int>) -> Bool {
        bytes[...].standsAlone(range) && !dividesFlag(at: range.lowerBound) && !dividesFlag(at: range.upperBound)
    }

    /// Whether the two letters of a flag stand on either side of `offset`.
    ///
    /// Which letters belong together depends on where their run begins. The tokens know it: to count back to the
    /// beginning each time would take the square of the time in a text of nothing but flags.
    func dividesFlag(at offset: Int) -> Bool {
        let before = offset - Unicode.Scalar.flagLetterLength
        guard bytes[...].isFlagLetter(at: before), bytes[...].isFlagLetter(at: offset),
            let token = token(from: before)
        else { return false }
        return Int(token.end) > offset
    }

    /// Returns the token that begins at `offset`.
    private func token(from offset: Int) -> Token? {
        let place = firstToken(from: offset)
        guard place < tokens.count, Int(tokens[place].start) == offset else { return nil }
        return tokens[place]
    }

    /// Returns the tokens that begin within the range.
    func tokens(in range: Range<Int>) -> ArraySlice<Token> {
        tokens[firstToken(from: range.lowerBound)...].prefix { Int($0.start) < range.upperBound }
    }

    /// Returns the index of the first token that begins at `offset` or behind it, found by halving.
    private func firstToken(from offset: Int) -> Int {
        var low = 0
        var high = tokens.count
        while low < high {
            let middle = (low + high) / 2
            if Int(tokens[middle].start) < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
