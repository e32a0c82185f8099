/// All patterns of a rule set, laid out so that one pass over a message finds those that are in it.
public struct TextIndex: Sendable {
    /// A pattern's number in its index.
    public struct PatternID: Sendable, Hashable {
        let rawValue: Int32
    }

    /// Where a phrase is looked up: by its longest word, the one that the fewest messages hold.
    private struct Anchor: Sendable {
        var pattern: PatternID
        var phrase: Phrase
        var word: Int
    }

    private var numbers: [TextPattern: PatternID] = [:]
    private var anchors: [UInt64: [Anchor]] = [:]
    /// The same for words that may hold typing mistakes: by what is left of the word without the letters that may be
    /// wrong.
    private var nearAnchors: [UInt64: [Anchor]] = [:]
    private var mostMistakes = 0
    private var hasSymbolPhrases = false
    private var exact: [UInt64: [(PatternID, [UInt8])]] = [:]
    private var starts: [(PatternID, [UInt8])] = []
    private var contains: [(PatternID, [UInt8])] = []

    /// An index of nothing.
    public init() {}

    /// How many different patterns the index holds.
    public var count: Int { numbers.count }

    /// Adds a pattern and returns its number; equal patterns share one.
    public mutating func insert(_ pattern: TextPattern) -> PatternID {
        if let known = numbers[pattern] { return known }
        let id = PatternID(rawValue: Int32(numbers.count))
        numbers[pattern] = id
        switch pattern {
        case .phrase(let phrase):
            let word = phrase.words.indices.max { phrase.words[$0].bytes.count < phrase.words[$1].bytes.count } ?? 0
            let anchor = Anchor(pattern: id, phrase: phrase, word: word)
            let mistakes = phrase.words[word].mistakes
            if mistakes == 0 {
                anchors[hash(phrase.words[word].bytes[...]), default: []].append(anchor)
            } else {
                mostMistakes = max(mostMistakes, mistakes)
                var keys: Set<UInt64> = []
                TypingMistakes.forEachRemainder(of: phrase.words[word].bytes[...], dropping: mistakes) {
                    keys.insert(hash($0))
                }
                for key in keys { nearAnchors[key, default: []].append(anchor) }
            }
            hasSymbolPhrases = hasSymbolPhrases || phrase.hasSymbols
        case .exact(let bytes):
            exact[hash(bytes[...]), default: []].append((id, bytes))
        case .starts(let bytes):
            starts.append((id, bytes))
        case .contains(let bytes):
            contains.append((id, bytes))
        }
        return id
    }

    /// Finds every pattern of the index that is in `text`.
    public func matches(in text: FoldedText) -> TextMatches {
        var found = TextMatches(count: count)
        let words = text.tokens.filter(\.isWord)
        findPhrases(in: text, tokens: words, withSymbols: false, into: &found)
        if hasSymbolPhrases { findPhrases(in: text, tokens: text.tokens, withSymbols: true, into: &found) }
        findExact(in: text, into: &found)
        for (id, bytes) in starts where text.fromFirstWord.begins(with: bytes) || text.bytes[...].begins(with: bytes) {
            found.insert(id)
        }
        for (id, bytes) in contains where text.bytes[...].holds(bytes) {
            found.insert(id)
        }
        return found
    }

    private func findPhrases(
        in text: FoldedText, tokens: [FoldedText.Token], withSymbols: Bool, into found: inout TextMatches
    ) {
        func confirm(_ candidates: [Anchor]?, at place: Int) {
            for anchor in candidates ?? [] where anchor.phrase.hasSymbols == withSymbols {
                if found.contains(anchor.pattern) { continue }
                if anchor.phrase.stands(in: text, tokens: tokens, at: place, anchor: anchor.word) {
                    found.insert(anchor.pattern)
                }
            }
        }
        func look(_ word: ArraySlice<UInt8>, at place: Int) {
            confirm(anchors[hash(word)], at: place)
            guard mostMistakes > 0 else { return }
            TypingMistakes.forEachRemainder(of: word, dropping: mostMistakes) {
                confirm(nearAnchors[hash($0)], at: place)
            }
        }
        for (place, token) in tokens.enumerated() {
            let word = text.bytes[token.range]
            look(word, at: place)
            HebrewPrefix.forEachEnd(in: word) { look(word.dropFirst($0), at: place) }
        }
    }

    private func findExact(in text: FoldedText, into found: inout TextMatches) {
        guard !exact.isEmpty, !text.isEmpty else { return }
        let core = text.core
        // An emoji alone is compared with its punctuation and all: there is no letter to trim it down to.
        let whole = core.isEmpty ? text.bytes[...] : core
        for (id, bytes) in exact[hash(whole)] ?? [] where whole.elementsEqual(bytes) {
            found.insert(id)
        }
    }

    /// FNV-1a, 64 bits: words are short, and a collision costs a comparison, never a wrong answer.
    private func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}

/// The patterns of an index that one text holds.
public struct TextMatches: Sendable {
    private var bits: [UInt64]
    /// The same patterns in the order they were found.
    public private(set) var all: [TextIndex.PatternID] = []

    init(count: Int) {
        bits = Array(repeating: 0, count: (count + 63) / 64)
    }

    /// Whether the text holds the pattern.
    public func contains(_ id: TextIndex.PatternID) -> Bool {
        bits[Int(id.rawValue) >> 6] & (1 << (UInt64(id.rawValue) & 63)) != 0
    }

    mutating func insert(_ id: TextIndex.PatternID) {
        guard !contains(id) else { return }
        bits[Int(id.rawValue) >> 6] |= 1 << (UInt64(id.rawValue) & 63)
        all.append(id)
    }
}
