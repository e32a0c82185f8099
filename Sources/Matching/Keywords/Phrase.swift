/// A keyword: one or more words that must be next to each other, whatever spacing and punctuation is between them, with
/// the signs and emoji that the keyword has in the same place among the words: `C#` is not `C`, `50%` is not `50`.
public struct Phrase: Sendable, Hashable {
    struct Word: Sendable, Hashable {
        var bytes: [UInt8]
        /// Whether attached Hebrew letters may stand before it.
        var takesPrefixes: Bool
        /// The number of typing mistakes that the word may have in a message.
        var mistakes = 0
        /// Whether nothing may stand between it and the word before it, as in scripts without spaces.
        var isAttached = false
        /// Whether it is a link, and ``bytes`` is the part of it by which it is looked for.
        var isLink = false
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

    /// The words; the signs, in a row, if the keyword has no words.
    var words: [Word]
    /// Whether ``words`` are signs.
    var isOfSigns: Bool { !hasWords }
    private let hasWords: Bool
    /// The signs before each word and, in the end, those behind the last; empty if the keyword has no words or no signs.
    ///
    /// A message may have others between them, for example the `*` of bold text.
    let signs: [[[UInt8]]]
    /// The part of a link that the keyword may stand for too, although not every message with it has a link: `wa.me`.
    let link: [UInt8]?
    /// Whether accents count.
    private(set) var accents: Accents

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
    ///   - accents: Whether accents count.
    public init?(
        _ keyword: String, prefixes: Prefixes = .longWords, mistakes: Int = 0, accents: Accents = .count
    ) {
        let isLiteral = keyword.hasPrefix("=") && keyword.count > 1
        let folded = FoldedText(isLiteral ? String(keyword.dropFirst()) : keyword, accents: accents)
        guard !folded.tokens.isEmpty else { return nil }
        let fewest: Int? =
            switch isLiteral ? .never : prefixes {
            case .longWords: 4
            case .always: 2
            case .never: nil
            }
        let isOfSigns = !folded.tokens.contains(where: \.isWord)
        hasWords = !isOfSigns
        self.accents = accents
        var end: Int32?
        words = folded.tokens.filter { $0.isWord || isOfSigns }.map { token in
            defer { end = token.end }
            let said = folded.bytes[token.range]
            let bytes = Array(token.isLink ? Links.core(of: said) : said)
            let letters = HebrewPrefix.letterCount(bytes) ?? 0
            return Word(
                bytes: bytes, takesPrefixes: fewest.map { letters >= $0 } ?? false,
                mistakes: isLiteral || isOfSigns || token.isLink ? 0 : min(mistakes, TypingMistakes.allowed(in: bytes)),
                isAttached: !isOfSigns && token.start == end, isLink: token.isLink
            )
        }
        link = folded.tokens.contains(where: \.isLink) ? nil : Links.name(in: folded.bytes)
        let gaps = folded.tokens.split(omittingEmptySubsequences: false, whereSeparator: \.isWord)
        let signs = gaps.map { $0.map { Array(folded.bytes[$0.range]) } }
        self.signs = isOfSigns || signs.allSatisfy(\.isEmpty) ? [] : signs
    }

    /// Whether the phrase is in `text` with its word number `anchor` at index `place` of `tokens`.
    ///
    /// - Parameter tokens: The words of the text; all its tokens for a phrase of signs.
    func stands(in text: FoldedText, tokens: [FoldedText.Token], at place: Int, anchor: Int) -> Bool {
        let first = place - anchor
        guard first >= 0, first + words.count <= tokens.count else { return false }
        return words.indices.allSatisfy { index in
            let place = first + index
            return Self.matches(words[index], tokens[place], text)
                && (!words[index].isAttached || tokens[place].start == tokens[place - 1].end)
        }
            && (signs.isEmpty || haveSigns(in: text, words: tokens, from: first))
    }

    /// Whether the words of `text` from index `first` on have the signs of the phrase around them.
    private func haveSigns(in text: FoldedText, words: [FoldedText.Token], from first: Int) -> Bool {
        signs.indices.allSatisfy { gap in
            if signs[gap].isEmpty { return true }
            let next = first + gap
            let start = next > 0 ? Int(words[next - 1].end) : 0
            let end = next < words.count ? Int(words[next].start) : text.bytes.count
            return text.tokens(in: start..<end).lazy.map { text.bytes[$0.range] }.holds(
                inOrder: signs[gap].map { $0[...] })
        }
    }

    private static func matches(_ word: Word, _ token: FoldedText.Token, _ text: FoldedText) -> Bool {
        guard word.isLink == token.isLink else { return false }
        let bytes = text.bytes[token.range]
        return word.isLink ? begins(Links.core(of: bytes), with: word.bytes) : matches(word, bytes)
    }

    /// Whether the token is a link that begins with the one that the phrase may stand for.
    func isBeginning(ofLinkIn text: FoldedText, _ token: FoldedText.Token) -> Bool {
        guard let link, token.isLink else { return false }
        return Self.begins(Links.core(of: text.bytes[token.range]), with: link)
    }

    /// Whether a link begins with another one, or is that.
    static func begins(_ link: ArraySlice<UInt8>, with name: [UInt8]) -> Bool {
        link.starts(with: name) && Links.mayEnd(link, at: link.startIndex + name.count)
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

    /// The folded texts that a message with the phrase certainly holds as they are: its words, those that are attached to
    /// each other together.
    var certainTexts: [[UInt8]] {
        if link != nil { return [] }
        return words.reduce(into: [[]]) { texts, word in
            if !word.isAttached { texts.append([]) }
            texts[texts.count - 1] += word.mistakes == 0 ? word.bytes : []
        }
    }

    /// The same phrase with accents ignored.
    var withoutAccents: Phrase {
        var phrase = self
        phrase.accents = .ignore
        for place in words.indices {
            phrase.words[place].bytes =
                FoldedText(String(decoding: words[place].bytes, as: UTF8.self), accents: .ignore).bytes
        }
        return phrase
    }
}
