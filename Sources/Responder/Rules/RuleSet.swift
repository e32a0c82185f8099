import Matching

/// The rules that are loaded together, in the order in which they are tried.
public struct RuleSet: Sendable {
    /// The rules in the order in which they are tried.
    public private(set) var rules: [Rule]
    /// The revision of the files that the rules were loaded from: the same files have the same revision.
    public let revision: String
    /// The hours that texts may use, by name.
    public let hours: [String: Hours]
    let index: TextIndex
    /// The choices of the rules; `nil` if there are none.
    private(set) var choices: ChoiceIndex?
    /// Whether a rule looks for a regular expression.
    let hasRegexes: Bool
    /// The indices in ``rules`` of the rules that are tried for every message.
    private let unindexed: [Int]
    private let indexed: RulesByPattern

    /// Creates a rule set: orders the rules by priority, higher first, then as given (by file name, then by line), and
    /// indexes them.
    public init(_ rules: [Rule], hours: [Hours] = [], revision: String) {
        var index = TextIndex.Builder()
        var unindexed: [Int] = []
        var pairs: [(pattern: Int, rule: Int)] = []
        var ordered = rules.enumerated().sorted {
            $0.element.priority != $1.element.priority
                ? $0.element.priority > $1.element.priority : $0.offset < $1.offset
        }.map(\.element)
        let choices = ChoiceIndex(ordered, &index)
        for position in ordered.indices {
            ordered[position].match.register(in: &index)
            if let required = ordered[position].match.required {
                pairs += Set(required).map { ($0.number, position) }
            } else {
                unindexed.append(position)
            }
        }
        self.rules = ordered
        self.choices = choices.isEmpty ? nil : choices
        hasRegexes = ordered.contains { !$0.match.regex.isEmpty }
        self.revision = revision
        zone = Set(hours.map(\.zone)).onlyElement
        self.hours = Dictionary(hours.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        self.index = index.build()
        self.unindexed = unindexed
        indexed = RulesByPattern(pairs, count: self.index.count)
    }

    /// The rules that can answer only a message that holds one of their patterns, by pattern.
    private struct RulesByPattern {
        /// The index in ``rules`` at which the rules of each pattern begin; they end where those of the next pattern
        /// begin.
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

    /// The rules that answer every message: at all times, at certain times, or after all rules that look for something.
    public var defaults: [Rule] {
        let last = rules.lastIndex { !$0.match.asksForNothing && !$0.isShadow } ?? -1
        return rules.enumerated().filter { position, rule in
            rule.match.asksForNothing && rule.answer != nil && !rule.continues && !rule.isShadow
                && (position > last || rule.conditions.allSatisfy(\.isAboutTime))
        }.map(\.element)
    }

    /// Whether a rule that asks for something answers a contact who takes that choice, by its id or by its title.
    public func answers(choice id: String, titled title: String) -> Bool {
        let moment = Timestamp(seconds: 0)
        let message = Message(
            account: "", unique: "", contact: Contact(address: ""), type: .button, body: title, choice: id,
            timestamp: moment)
        let reading = Reading(message, after: nil, rules: self, at: moment)
        return candidates(for: reading).contains { place in
            guard !rules[place].match.asksForNothing else { return false }
            if case .holds = rules[place].match.verdict(on: reading, type: .button) { return true }
            return false
        }
    }

    /// Returns the rule that answers a contact who takes that choice before a rule that asks for the choice does, whatever
    /// the circumstances; `nil` if there is none.
    public func rule(beforeAnswersTo id: String, titled title: String) -> (first: String, choice: String)? {
        let moment = Timestamp(seconds: 0)
        let message = Message(
            account: "", unique: "", contact: Contact(address: ""), type: .button, body: title, choice: id,
            timestamp: moment)
        let reading = Reading(message, after: nil, rules: self, at: moment)
        // Many rules may ask for the choice; most often the first that holds is one of them.
        let hits = candidates(for: reading).lazy.filter { place in
            if case .holds = self.rules[place].match.verdict(on: reading, type: .button) { return true }
            return false
        }
        let always = hits.first { place in
            let rule = self.rules[place]
            return !rule.continues && !rule.isShadow && rule.cooldown == nil && rule.conditions.isEmpty
                || rule.match.choices.contains(id)
        }
        guard let always, !rules[always].match.choices.contains(id),
            let asked = hits.first(where: { self.rules[$0].match.choices.contains(id) })
        else { return nil }
        return (rules[always].id, rules[asked].id)
    }

    /// Returns the indices of the rules that may answer a message in which these patterns were found.
    func rules(requiring patterns: [TextIndex.PatternID]) -> [Int] {
        patterns.flatMap { indexed[$0].map(Int.init) }
    }

    /// Returns the same rules, with the rule `id` no longer on trial.
    public func withLive(_ id: String) -> RuleSet {
        guard let position = rules.firstIndex(where: { $0.id == id && $0.isShadow }) else { return self }
        var copy = self
        copy.rules[position].isShadow = false
        copy.choices?.makeLive(id)
        return copy
    }

    /// The time zone of the hours; `nil` if they do not have one in common.
    public let zone: Zone?

    /// Returns the indices in ``rules`` of the rules that may answer, in order; no other rule can.
    func candidates(for reading: Reading) -> [Int] {
        var found = rules(requiring: reading.found.all)
        // A choice may be named by its id, its number or the title in any menu.
        if let choices, !reading.choices.isEmpty { found += reading.choices.flatMap { choices.rules[$0] ?? [] } }
        guard !found.isEmpty else { return unindexed }
        let places = (unindexed + found).sorted()
        var last = -1
        return places.filter { position in
            defer { last = position }
            return position != last
        }
    }
}

extension Collection {
    /// The element, if there is exactly one.
    var onlyElement: Element? { count == 1 ? first : nil }
}
