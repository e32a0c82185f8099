/// All patterns of a rule set, laid out so that one pass over a message finds those that are in it, however many there are.
public struct TextIndex: Sendable {
    /// A pattern's number in its index.
    public struct PatternID: Sendable, Hashable {
        let rawValue: Int32

        /// Numbers begin with 0 and have no gaps.
        public var number: Int { Int(rawValue) }
    }

    /// Where a phrase is looked up: by its longest word, the one that the fewest messages hold.
    private struct Anchor: Sendable {
        var pattern: PatternID
        var phrase: Phrase
        var word: Int
        /// The next one that is looked up by the same word.
        var next: Int32
    }

    /// What a literal of the automaton stands for.
    private struct Uses: Sendable {
        var length: Int
        var contains: PatternID?
        var starts: PatternID?
        var part: PatternID?
    }

    /// Typing mistakes are looked for in words that begin within so many bytes of the folded text, which are 4,096 Hebrew
    /// letters: a word may take hundreds of look-ups, and contacts decide how many words they write.
    private static let nearLimit = 8192

    private var anchors: [Anchor] = []
    /// By word, the first anchor.
    private var firstAnchors: [UInt64: Int32] = [:]
    /// The same for words that may hold typing mistakes: by what is left of the word without the letters that may be
    /// wrong.
    private var firstNearAnchors: [UInt64: Int32] = [:]
    private var mostMistakes = 0
    private var hasSymbolPhrases = false
    private var exact: [[UInt8]: PatternID] = [:]
    private var automaton = LiteralAutomaton([])
    private var uses: [Uses] = []

    /// How many different patterns the index holds.
    public private(set) var count = 0

    /// Collects the patterns of an index.
    public struct Builder {
        private var index = TextIndex()
        private var numbers: [TextPattern: PatternID] = [:]
        private var places: [[UInt8]: Int] = [:]

        /// A builder that has collected nothing.
        public init() {}

        /// Adds a pattern and returns its number; equal patterns share one.
        public mutating func insert(_ pattern: TextPattern) -> PatternID {
            if let known = numbers[pattern] { return known }
            let id = makeID()
            numbers[pattern] = id
            switch pattern {
            case .phrase(let phrase): index.insert(phrase, id)
            case .exact(let bytes): index.exact[bytes] = id
            case .starts(let bytes): index.uses[place(of: bytes)].starts = id
            case .contains(let bytes): index.uses[place(of: bytes)].contains = id
            }
            return id
        }

        /// Adds bytes to look for anywhere in the folded text, in the middle of letters too.
        public mutating func insert(part bytes: [UInt8]) -> PatternID {
            let place = place(of: bytes)
            if let known = index.uses[place].part { return known }
            let id = makeID()
            index.uses[place].part = id
            return id
        }

        private mutating func makeID() -> PatternID {
            defer { index.count += 1 }
            return PatternID(rawValue: Int32(index.count))
        }

        private mutating func place(of bytes: [UInt8]) -> Int {
            if let known = places[bytes] { return known }
            index.uses.append(Uses(length: bytes.count))
            places[bytes] = index.uses.count - 1
            return index.uses.count - 1
        }

        /// The index of all that was collected.
        public consuming func build() -> TextIndex {
            var literals = [[UInt8]](repeating: [], count: places.count)
            for (bytes, place) in places { literals[place] = bytes }
            index.automaton = LiteralAutomaton(literals)
            return index
        }
    }

    private mutating func insert(_ phrase: Phrase, _ id: PatternID) {
        let word = phrase.words.indices.max { phrase.words[$0].bytes.count < phrase.words[$1].bytes.count } ?? 0
        let mistakes = phrase.words[word].mistakes
        let bytes = phrase.words[word].bytes[...]
        func append(_ key: UInt64, _ first: WritableKeyPath<TextIndex, [UInt64: Int32]>) {
            anchors.append(
                Anchor(pattern: id, phrase: phrase, word: word, next: self[keyPath: first][key] ?? -1))
            self[keyPath: first][key] = Int32(anchors.count - 1)
        }
        if mistakes == 0 {
            append(hash(bytes), \.firstAnchors)
        } else {
            mostMistakes = max(mostMistakes, mistakes)
            var keys: Set<UInt64> = []
            TypingMistakes.forEachRemainder(of: bytes, dropping: mistakes) { keys.insert(hash($0)) }
            for key in keys { append(key, \.firstNearAnchors) }
        }
        hasSymbolPhrases = hasSymbolPhrases || phrase.hasSymbols
    }

    /// Finds every pattern of the index that is in `text`.
    public func matches(in text: FoldedText) -> TextMatches {
        var found = TextMatches(count: count)
        let words = text.tokens.allSatisfy(\.isWord) ? text.tokens : text.tokens.filter(\.isWord)
        findPhrases(in: text, tokens: words, withSymbols: false, into: &found)
        if hasSymbolPhrases { findPhrases(in: text, tokens: text.tokens, withSymbols: true, into: &found) }
        findExact(in: text, into: &found)
        findLiterals(in: text, into: &found)
        return found
    }

    private func findPhrases(
        in text: FoldedText, tokens: [FoldedText.Token], withSymbols: Bool, into found: inout TextMatches
    ) {
        func confirm(_ first: Int32?, at position: Int) {
            var next = first ?? -1
            while next >= 0 {
                let anchor = anchors[Int(next)]
                next = anchor.next
                guard anchor.phrase.hasSymbols == withSymbols, !found.contains(anchor.pattern) else { continue }
                if anchor.phrase.stands(in: text, tokens: tokens, at: position, anchor: anchor.word) {
                    found.insert(anchor.pattern)
                }
            }
        }
        func look(_ word: ArraySlice<UInt8>, at position: Int) {
            confirm(firstAnchors[hash(word)], at: position)
            guard mostMistakes > 0 else { return }
            let dropped = word.startIndex < Self.nearLimit ? mostMistakes : 0
            TypingMistakes.forEachRemainder(of: word, dropping: dropped) {
                confirm(firstNearAnchors[hash($0)], at: position)
            }
        }
        for (position, token) in tokens.enumerated() {
            let word = text.bytes[token.range]
            look(word, at: position)
            HebrewPrefix.forEachEnd(in: word) { look(word.dropFirst($0), at: position) }
        }
    }

    private func findExact(in text: FoldedText, into found: inout TextMatches) {
        guard !exact.isEmpty, !text.isEmpty else { return }
        let core = text.core
        // An emoji alone is compared with its punctuation and all: there is no letter to trim it down to.
        if let id = exact[core.isEmpty ? text.bytes : Array(core)] { found.insert(id) }
    }

    private func findLiterals(in text: FoldedText, into found: inout TextMatches) {
        let firstWord = text.fromFirstWord.startIndex
        automaton.forEachOccurrence(in: text.bytes) { literal, end in
            let uses = uses[literal]
            let start = end - uses.length
            if let id = uses.part { found.insert(id) }
            if let id = uses.contains, !found.contains(id), text.bytes[...].standsAlone(start..<end) {
                found.insert(id)
            }
            if let id = uses.starts, start == 0 || start == firstWord, !text.bytes[...].continues(at: end) {
                found.insert(id)
            }
        }
    }

    /// Words are short, and a collision costs a comparison, never a wrong answer.
    private func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 { FNV1a.hash(bytes) }
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
