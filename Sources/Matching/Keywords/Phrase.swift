/// A keyword: one or more words that must be next to each other, whatever spacing and punctuation is between them.
public struct Phrase: Sendable, Hashable {
    struct Word: Sendable, Hashable {
        var bytes: [UInt8]
        /// Whether attached Hebrew letters may stand before it.
        var takesPrefixes: Bool
        /// The number of typing mistakes that the word may have in a message.
        var mistakes = 0
    }

    /// The keywords that take attached Hebrew letters.
    public enum Prefixes: Sendable, Hashable {
        /// Hebrew words of four letters or more.
        case longWords
        /// Hebrew words of two letters or more.
        case always
        /// No keywords.
        case never
    }

    var words: [Word]
    /// Whether signs such as `$` or emoji are part of the phrase; otherwise signs in the message are skipped.
    var hasSymbols: Bool

    /// Creates a phrase from a keyword as written in a rules file. Returns `nil` if no text could ever hold it because
    /// it has no letter, digit, sign or emoji.
    ///
    /// A keyword that begins with `=` is taken literally, whatever `prefixes` and `mistakes` are.
    ///
    /// - Parameters:
    ///   - keyword: The words.
    ///   - prefixes: The words that take attached Hebrew letters.
    ///   - mistakes: The number of typing mistakes, 0 to 2, that a word may have; only words of at least five letters
    ///     may have one, only words of at least eight may have two.
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

    /// Whether the phrase is in `text` with its word number `anchor` at index `place` of `tokens`.
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
