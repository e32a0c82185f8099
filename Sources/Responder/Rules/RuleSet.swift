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
    /// By pattern, the rules that can only answer a message that holds one of their patterns.
    let indexed: [TextIndex.PatternID: [Int]]

    /// Orders and indexes the rules: by priority, higher first, then as given (by file name, then place in the file).
    public init(_ rules: [Rule], hours: [Hours] = [], revision: String) {
        var index = TextIndex()
        var unindexed: [Int] = []
        var indexed: [TextIndex.PatternID: [Int]] = [:]
        var ordered = rules.enumerated().sorted {
            $0.element.priority != $1.element.priority
                ? $0.element.priority > $1.element.priority : $0.offset < $1.offset
        }.map(\.element)
        for place in ordered.indices {
            ordered[place].match.register(in: &index)
            guard let required = ordered[place].match.required else {
                unindexed.append(place)
                continue
            }
            for pattern in Set(required) { indexed[pattern, default: []].append(place) }
        }
        self.rules = ordered
        self.revision = revision
        self.hours = Dictionary(hours.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.index = index
        self.unindexed = unindexed
        self.indexed = indexed
    }

    /// The same rules, with that one no longer on trial.
    public func withLive(_ id: String) -> RuleSet {
        guard let place = rules.firstIndex(where: { $0.id == id && $0.isShadow }) else { return self }
        var copy = self
        copy.rules[place].isShadow = false
        return copy
    }

    /// Where the clock hangs, as far as the rules tell: the zone of its hours, if they have one in common.
    public var zone: Zone? { Set(hours.values.map(\.zone)).onlyElement }

    /// The places in ``rules`` of those that might answer, in order; no other rule can.
    func candidates(for reading: Reading) -> [Int] {
        var places = unindexed
        for pattern in reading.found.all {
            if let more = indexed[pattern] { places.append(contentsOf: more) }
        }
        guard places.count > unindexed.count else { return places }
        places.sort()
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
