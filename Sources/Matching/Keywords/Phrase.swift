/// A keyword: one or more words that must stand next to each other, whatever spacing and punctuation is between them.
public struct Phrase: Sendable, Hashable {
    struct Word: Sendable, Hashable {
        var bytes: [UInt8]
        /// Whether attached Hebrew letters may stand before it.
        var takesPrefixes: Bool
        /// How many typing mistakes it may have in a message.
        var mistakes = 0
    }

    /// Which keywords take attached Hebrew letters.
    public enum Prefixes: Sendable, Hashable {
        /// Hebrew words of four letters or more.
        case longWords
        /// Hebrew words of two letters or more.
        case always
        case never
    }

    var words: [Word]
    /// Whether signs such as `$` or emoji are part of it; otherwise signs in the message are passed over.
    var hasSymbols: Bool

    /// Makes a phrase of a keyword as written in a rules file, or nil where nothing of it could ever be found in a
    /// text: no letter, digit, sign or emoji.
    ///
    /// A keyword that begins with `=` is taken as it is, whatever `prefixes` and `mistakes` say.
    ///
    /// - Parameters:
    ///   - keyword: The words.
    ///   - prefixes: Which of them take attached Hebrew letters.
    ///   - mistakes: How many typing mistakes, 0 to 2, a word may have; only words of five letters may have one, only
    ///     words of eight may have two.
    public init?(_ keyword: String, prefixes: Prefixes = .longWords, mistakes: Int = 0) {
        let isLiteral = keyword.hasPrefix("=") && keyword.count > 1
        let folded = FoldedText(isLiteral ? String(keyword.dropFirst()) : keyword)
        guard !folded.tokens.isEmpty else { return nil }
        let fewest: Int? =
            switch isLiteral ? .never : prefixes {
            case .longWords: 4
            case .always: 2
            case .never: nil
            }
        hasSymbols = folded.tokens.contains { !$0.isWord }
        words = folded.tokens.map { token in
            let bytes = Array(folded.bytes[token.range])
            let letters = HebrewPrefix.letterCount(bytes) ?? 0
            return Word(
                bytes: bytes, takesPrefixes: fewest.map { letters >= $0 } ?? false,
                mistakes: isLiteral || !token.isWord ? 0 : min(mistakes, TypingMistakes.allowed(in: bytes))
            )
        }
    }

    /// Whether the phrase stands in `text` with its word number `anchor` at the token number `place` of `tokens`.
    func stands(in text: FoldedText, tokens: [FoldedText.Token], at place: Int, anchor: Int) -> Bool {
        let first = place - anchor
        guard first >= 0, first + words.count <= tokens.count else { return false }
        return words.indices.allSatisfy { Self.matches(words[$0], text.bytes[tokens[first + $0].range]) }
    }

    static func matches(_ word: Word, _ token: ArraySlice<UInt8>) -> Bool {
        if token.elementsEqual(word.bytes) { return true }
        if word.mistakes > 0 { return matchesNearly(word, token) }
        guard word.takesPrefixes, token.count > word.bytes.count else { return false }
        let cut = token.endIndex - word.bytes.count
        return token[cut...].elementsEqual(word.bytes) && HebrewPrefix.isPrefix(token[..<cut])
    }

    private static func matchesNearly(_ word: Word, _ token: ArraySlice<UInt8>) -> Bool {
        if TypingMistakes.separate(token, word.bytes[...], atMost: word.mistakes) { return true }
        guard word.takesPrefixes else { return false }
        var matches = false
        HebrewPrefix.forEachEnd(in: token) { end in
            matches =
                matches || TypingMistakes.separate(token.dropFirst(end), word.bytes[...], atMost: word.mistakes)
        }
        return matches
    }
}
