/// All patterns of a rule set, indexed so that one pass over a message finds those that it holds, however many there
/// are.
public struct TextIndex: Sendable {
    /// A pattern's number in its index.
    public struct PatternID: Sendable, Hashable {
        let rawValue: Int32

        /// The number of the pattern; numbers begin with 0 and have no gaps.
        public var number: Int { Int(rawValue) }
    }

    /// The word by which a phrase is looked up: its longest, which is in the fewest messages.
    private struct Anchor: Sendable {
        var pattern: PatternID
        var phrase: Phrase
        var word: Int
        /// The index of the next anchor with the same key; -1 if there is none.
        var next: Int32
    }

    /// The patterns that one literal of the automaton belongs to, and its length in bytes.
    private struct Uses: Sendable {
        var length: Int
        var contains: PatternID?
        var starts: PatternID?
        var part: PatternID?
    }

    /// The offset in bytes up to which words of the folded text are compared with typing mistakes, which is 4,096
    /// Hebrew letters: a word may take hundreds of look-ups, and contacts decide how many words they write.
    private static let nearLimit = 8192

    private var anchors: [Anchor] = []
    /// The index of the first anchor of each word, by the hash of the word.
    private var firstAnchors: [UInt64: Int32] = [:]
    /// The same for words that may hold typing mistakes, by the hash of each remainder of the word without the letters
    /// that may be wrong.
    private var firstNearAnchors: [UInt64: Int32] = [:]
    private var mostMistakes = 0
    private var hasSignPhrases = false
    /// The whole texts by their core.
    private var exact: [[UInt8]: [(text: WholeText, id: PatternID)]] = [:]
    private var automaton = LiteralAutomaton([])
    private var uses: [Uses] = []

    /// The number of different patterns in the index.
    public private(set) var count = 0

    /// Collects the patterns of an index.
    public struct Builder {
        private var index = TextIndex()
        private var numbers: [TextPattern: PatternID] = [:]
        private var places: [[UInt8]: Int] = [:]

        /// Creates a builder that has collected nothing.
        public init() {}

        /// Adds a pattern and returns its number; equal patterns share one.
        public mutating func insert(_ pattern: TextPattern) -> PatternID {
            if let known = numbers[pattern] { return known }
            let id = makeID()
            numbers[pattern] = id
            switch pattern {
            case .phrase(let phrase): index.insert(phrase, id)
            case .exact(let text): index.exact[text.core, default: []].append((text, id))
            case .starts(let bytes): index.uses[place(of: bytes)].starts = id
            case .contains(let bytes): index.uses[place(of: bytes)].contains = id
            }
            return id
        }

        /// Adds bytes to look for anywhere in the folded text, also between a letter and its marks, and returns their
        /// number.
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

        /// Returns the index of all collected patterns.
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
        hasSignPhrases = hasSignPhrases || phrase.isOfSigns
    }

    /// Finds every pattern of the index that `text` holds.
    public func matches(in text: FoldedText) -> TextMatches {
        var found = TextMatches(count: count)
        let words = text.tokens.allSatisfy(\.isWord) ? text.tokens : text.tokens.filter(\.isWord)
        findPhrases(in: text, tokens: words, ofSigns: false, into: &found)
        if hasSignPhrases, words.count < text.tokens.count {
            findPhrases(in: text, tokens: text.tokens, ofSigns: true, into: &found)
        }
        findExact(in: text, into: &found)
        findLiterals(in: text, into: &found)
        return found
    }

    private func findPhrases(
        in text: FoldedText, tokens: [FoldedText.Token], ofSigns: Bool, into found: inout TextMatches
    ) {
        func confirm(_ first: Int32?, at position: Int) {
            var next = first ?? -1
            while next >= 0 {
                let anchor = anchors[Int(next)]
                next = anchor.next
                guard anchor.phrase.isOfSigns == ofSigns, !found.contains(anchor.pattern) else { continue }
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
            if ofSigns {
                if !token.isWord { confirm(firstAnchors[hash(word)], at: position) }
                continue
            }
            look(word, at: position)
            HebrewPrefix.forEachEnd(in: word) { look(word.dropFirst($0), at: position) }
        }
    }

    private func findExact(in text: FoldedText, into found: inout TextMatches) {
        guard !exact.isEmpty, !text.isEmpty else { return }
        let core = text.core
        for (wanted, id) in exact[core.isEmpty ? text.bytes : Array(core)] ?? [] where wanted.fits(around: text) {
            found.insert(id)
        }
    }

    private func findLiterals(in text: FoldedText, into found: inout TextMatches) {
        let firstWord = text.fromFirstWord.startIndex
        automaton.forEachOccurrence(in: text.bytes) { literal, end in
            let uses = uses[literal]
            let start = end - uses.length
            if let id = uses.part { found.insert(id) }
            if let id = uses.contains, !found.contains(id), text.standsAlone(start..<end) {
                found.insert(id)
            }
            if let id = uses.starts, start == 0 || start == firstWord, text.standsAlone(start..<end) {
                found.insert(id)
            }
        }
    }

    /// Returns the hash of a word. Words are short, and a collision costs a comparison, never a wrong answer.
    private func hash(_ bytes: ArraySlice<UInt8>) -> UInt64 { FNV1a.hash(bytes) }
}

/// The patterns of an index that one text holds.
public struct TextMatches: Sendable {
    private var bits: [UInt64]
    /// The same patterns in the order in which they were found.
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
