import Matching

/// All rules loaded together, in the order in which they are tried.
public struct RuleSet: Sendable {
    /// The rules, first tried first.
    public private(set) var rules: [Rule]
    /// Names the content of the files it was made of: the same files, the same revision.
    public let revision: String
    /// The hours that texts may name.
    public let hours: [String: Hours]
    let index: TextIndex
    /// Rules to try whatever the message says, by their place in ``rules``.
    private let unindexed: [Int]
    private let indexed: RulesByPattern

    /// Orders and indexes the rules: by priority, higher first, then as given (by file name, then place in the file).
    public init(_ rules: [Rule], hours: [Hours] = [], revision: String) {
        var index = TextIndex.Builder()
        var unindexed: [Int] = []
        var pairs: [(pattern: Int, rule: Int)] = []
        var ordered = rules.enumerated().sorted {
            $0.element.priority != $1.element.priority
                ? $0.element.priority > $1.element.priority : $0.offset < $1.offset
        }.map(\.element)
        for place in ordered.indices {
            ordered[place].match.register(in: &index)
            if let required = ordered[place].match.required {
                pairs += Set(required).map { ($0.number, place) }
            } else {
                unindexed.append(place)
            }
        }
        self.rules = ordered
        self.revision = revision
        zone = Set(hours.map(\.zone)).onlyElement
        self.hours = Dictionary(hours.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.index = index.build()
        self.unindexed = unindexed
        indexed = RulesByPattern(pairs, count: self.index.count)
    }

    /// By pattern, the rules that can only answer a message that holds one of their patterns.
    private struct RulesByPattern {
        /// By pattern, where its rules begin in ``rules``; they end where the next one's begin.
        private var starts: [Int32]
        private var rules: [Int32]

        init(_ pairs: [(pattern: Int, rule: Int)], count: Int) {
            starts = Array(repeating: 0, count: count + 1)
            for pair in pairs { starts[pair.pattern + 1] += 1 }
            for pattern in 0..<count { starts[pattern + 1] += starts[pattern] }
            rules = Array(repeating: 0, count: pairs.count)
            var next = starts
            for pair in pairs {
                rules[Int(next[pair.pattern])] = Int32(pair.rule)
                next[pair.pattern] += 1
            }
        }

        subscript(pattern: TextIndex.PatternID) -> ArraySlice<Int32> {
            rules[Int(starts[pattern.number])..<Int(starts[pattern.number + 1])]
        }
    }

    /// The rules that answer whatever is written: always, at certain times, or after all those that look for something.
    public var defaults: [Rule] {
        let last = rules.lastIndex { !$0.match.asksForNothing && !$0.isShadow } ?? -1
        return rules.enumerated().filter { place, rule in
            rule.match.asksForNothing && rule.answer != nil && !rule.continues && !rule.isShadow
                && (place > last || rule.conditions.allSatisfy(\.isAboutTime))
        }.map(\.element)
    }

    /// The rules that might answer a message in which these patterns were found.
    func rules(requiring patterns: [TextIndex.PatternID]) -> [Int] {
        patterns.flatMap { indexed[$0].map(Int.init) }
    }

    /// The same rules, with that one no longer on trial.
    public func withLive(_ id: String) -> RuleSet {
        guard let place = rules.firstIndex(where: { $0.id == id && $0.isShadow }) else { return self }
        var copy = self
        copy.rules[place].isShadow = false
        return copy
    }

    /// Where the clock hangs, as far as the rules tell: the zone of its hours, if they have one in common.
    public let zone: Zone?

    /// The places in ``rules`` of those that might answer, in order; no other rule can.
    func candidates(for reading: Reading) -> [Int] {
        let found = rules(requiring: reading.found.all)
        guard !found.isEmpty else { return unindexed }
        let places = (unindexed + found).sorted()
        var last = -1
        return places.filter { place in
            defer { last = place }
            return place != last
        }
    }
}

extension Collection {
    /// The element, where there is just one.
    var onlyElement: Element? { count == 1 ? first : nil }
}
