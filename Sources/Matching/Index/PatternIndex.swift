/// Patterns of one folding, with accents or without, indexed so that one pass over a text finds those that it holds.
struct PatternIndex: Sendable {
    typealias PatternID = TextIndex.PatternID

    /// The word by which a phrase is looked up: its longest, which is in the fewest messages.
    private struct Anchor: Sendable {
        var pattern: PatternID
        var phrase: Phrase
        /// The index of the word; `nil` for the link that the phrase may stand for.
        var word: Int?
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
    /// The same for links, by the hash of the part by which a link is looked for.
    private var firstLinkAnchors: [UInt64: Int32] = [:]
    private var mostMistakes = 0
    private var hasSignPhrases = false
    /// The whole texts by their core.
    private var exact: [[UInt8]: [(text: WholeText, id: PatternID)]] = [:]
    private var automaton = LiteralAutomaton([])
    private var uses: [Uses] = []
    /// The index in ``uses`` of each literal; empty once the index is complete.
    private var places: [[UInt8]: Int] = [:]

    mutating func insert(_ shape: TextPattern.Shape, _ id: PatternID) {
        switch shape {
        case .phrase(let phrase): insert(phrase, id)
        case .exact(let text): exact[text.core, default: []].append((text, id))
        case .starts(let bytes): uses[place(of: bytes)].starts = id
        case .contains(let bytes): uses[place(of: bytes)].contains = id
        }
    }

    /// Returns the number under which these bytes are looked for, or `nil` if they are not yet.
    func id(ofPart bytes: [UInt8]) -> PatternID? { places[bytes].flatMap { uses[$0].part } }

    mutating func insert(part bytes: [UInt8], _ id: PatternID) { uses[place(of: bytes)].part = id }

    private mutating func place(of bytes: [UInt8]) -> Int {
        if let known = places[bytes] { return known }
        uses.append(Uses(length: bytes.count))
        places[bytes] = uses.count - 1
        return uses.count - 1
    }

    /// Makes the index ready for ``find(in:into:)``, once all patterns are inserted.
    mutating func complete() {
        var literals = [[UInt8]](repeating: [], count: places.count)
        for (bytes, place) in places { literals[place] = bytes }
        automaton = LiteralAutomaton(literals)
        places = [:]
    }

    private mutating func insert(_ phrase: Phrase, _ id: PatternID) {
        let word = phrase.words.indices.max { phrase.words[$0].bytes.count < phrase.words[$1].bytes.count } ?? 0
        let mistakes = phrase.words[word].mistakes
        let bytes = phrase.words[word].bytes[...]
        func append(
            _ key: UInt64, _ first: WritableKeyPath<PatternIndex, [UInt64: Int32]>, _ word: Int?
        ) {
            anchors.append(
                Anchor(pattern: id, phrase: phrase, word: word, next: self[keyPath: first][key] ?? -1))
            self[keyPath: first][key] = Int32(anchors.count - 1)
        }
        if let link = phrase.link { append(hash(link[...]), \.firstLinkAnchors, nil) }
        if phrase.words[word].isLink {
            append(hash(bytes), \.firstLinkAnchors, word)
        } else if mistakes == 0 {
            append(hash(bytes), \.firstAnchors, word)
        } else {
            mostMistakes = max(mostMistakes, mistakes)
            var keys: Set<UInt64> = []
            TypingMistakes.forEachRemainder(of: bytes, dropping: mistakes) { keys.insert(hash($0)) }
            for key in keys { append(key, \.firstNearAnchors, word) }
        }
        hasSignPhrases = hasSignPhrases || phrase.isOfSigns
    }

    /// Finds every pattern of the index that `text` holds.
    func find(in text: FoldedText, into found: inout TextMatches) {
        let words = text.tokens.allSatisfy(\.isWord) ? text.tokens : text.tokens.filter(\.isWord)
        findPhrases(in: text, tokens: words, ofSigns: false, into: &found)
        if hasSignPhrases, words.count < text.tokens.count {
            findPhrases(in: text, tokens: text.tokens, ofSigns: true, into: &found)
        }
        findExact(in: text, into: &found)
        findLiterals(in: text, into: &found)
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
                let stands =
                    if let word = anchor.word {
                        anchor.phrase.stands(in: text, tokens: tokens, at: position, anchor: word)
                    } else {
                        anchor.phrase.isBeginning(ofLinkIn: text, tokens[position])
                    }
                if stands { found.insert(anchor.pattern) }
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
        func lookForLink(_ link: ArraySlice<UInt8>, at position: Int) {
            var hash = FNV1a.hash([])
            for place in link.indices {
                hash = FNV1a.hash(hash, with: link[place])
                if Links.mayEnd(link, at: place + 1) { confirm(firstLinkAnchors[hash], at: position) }
            }
        }
        for (position, token) in tokens.enumerated() {
            let word = text.bytes[token.range]
            if ofSigns {
                if !token.isWord { confirm(firstAnchors[hash(word)], at: position) }
                continue
            }
            if token.isLink {
                if !firstLinkAnchors.isEmpty { lookForLink(Links.core(of: word), at: position) }
                continue
            }
            look(word, at: position)
            HebrewPrefix.forEachEnd(in: word) { look(word.dropFirst($0), at: position) }
        }
    }

    private func findExact(in text: FoldedText, into found: inout TextMatches) {
        guard !exact.isEmpty, !text.isEmpty else { return }
        for (wanted, id) in exact[WholeText.core(of: text)] ?? [] where wanted.fits(around: text) {
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
