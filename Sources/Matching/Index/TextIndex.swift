/// All patterns of a rule set, indexed so that one pass over a message finds those that it holds, however many there
/// are.
public struct TextIndex: Sendable {
    /// A pattern's number in its index.
    public struct PatternID: Sendable, Hashable {
        let rawValue: Int32

        /// The number of the pattern; numbers begin with 0 and have no gaps.
        public var number: Int { Int(rawValue) }
    }

    private var patterns = PatternIndex()
    /// The patterns for which accents do not count; `nil` if there are none, so that no text is folded for them.
    private var patternsWithoutAccents: PatternIndex?

    /// The number of different patterns in the index.
    public private(set) var count = 0

    /// Collects the patterns of an index.
    public struct Builder {
        private var index = TextIndex()
        private var numbers: [TextPattern: PatternID] = [:]

        /// Creates a builder that has collected nothing.
        public init() {}

        /// Adds a pattern and returns its number; equal patterns share one.
        public mutating func insert(_ pattern: TextPattern) -> PatternID {
            if let known = numbers[pattern] { return known }
            let id = makeID()
            numbers[pattern] = id
            switch pattern.accents {
            case .count: index.patterns.insert(pattern.shape, id)
            case .ignore:
                if index.patternsWithoutAccents == nil { index.patternsWithoutAccents = PatternIndex() }
                index.patternsWithoutAccents?.insert(pattern.shape, id)
            }
            return id
        }

        /// Adds bytes to look for anywhere in the folded text, also between a letter and its marks, and returns their
        /// number.
        public mutating func insert(part bytes: [UInt8]) -> PatternID {
            if let known = index.patterns.id(ofPart: bytes) { return known }
            let id = makeID()
            index.patterns.insert(part: bytes, id)
            return id
        }

        private mutating func makeID() -> PatternID {
            defer { index.count += 1 }
            return PatternID(rawValue: Int32(index.count))
        }

        /// Returns the index of all collected patterns.
        public consuming func build() -> TextIndex {
            index.patterns.complete()
            index.patternsWithoutAccents?.complete()
            return index
        }
    }

    /// Finds every pattern of the index that `text` holds.
    ///
    /// - Parameter text: The text, folded with its accents.
    public func matches(in text: FoldedText) -> TextMatches {
        var found = TextMatches(count: count)
        patterns.find(in: text, into: &found)
        if let patternsWithoutAccents { patternsWithoutAccents.find(in: text.withoutAccents, into: &found) }
        return found
    }
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

    /// Adds a pattern, as if the text held it.
    public mutating func insert(_ id: TextIndex.PatternID) {
        guard !contains(id) else { return }
        bits[Int(id.rawValue) >> 6] |= 1 << (UInt64(id.rawValue) & 63)
        all.append(id)
    }
}
