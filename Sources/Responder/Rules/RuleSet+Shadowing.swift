import Matching

/// A rule, or one of its keywords, to which no message can lead.
public struct Shadowing: Sendable, Hashable {
    /// The rule that can't answer.
    public var rule: String
    /// The earlier one that always does.
    public var by: String
    /// The keyword of `any` that can't lead to the rule; nil where nothing can.
    public var keyword: String?
}

extension RuleSet {
    /// How many earlier rules are compared with a rule at most: those that share a keyword are seldom more.
    private static let comparisonLimit = 100

    /// Rules that can never answer because an earlier one always does, and keywords of which the same is true. Says so only
    /// where it is certain.
    public func shadowings() -> [Shadowing] {
        // What asks for no words and no regex may cover anything; a regex can only cover the same regex.
        let broad = rules.indices.filter { rules[$0].match.required == nil && rules[$0].match.regex.isEmpty }
        var byRegex: [String: [Int]] = [:]
        for place in rules.indices {
            for expression in rules[place].match.regex { byRegex[expression.pattern, default: []].append(place) }
        }
        return rules.indices.flatMap { place -> [Shadowing] in
            let rule = rules[place]
            let texts = rule.match.wordings.map(\.source)
            let same = rule.match.regex.flatMap { byRegex[$0.pattern] ?? [] }
            let others = texts.reduce(into: Set(broad + same)) { $0.formUnion(places(heldBy: $1)) }
            if let first = first(covering: rule, at: place, among: others) {
                return [Shadowing(rule: rule.id, by: rules[first].id)]
            }
            let wordings = rule.match.any.flatMap(\.wordings)
            guard wordings.count > 1 else { return [] }
            return wordings.compactMap { wording in
                var narrow = rule
                narrow.match.any = [Match.Needle(wordings: [wording], source: wording.source)]
                return first(covering: narrow, at: place, among: Set(places(heldBy: wording.source))).map {
                    Shadowing(rule: rule.id, by: rules[$0].id, keyword: wording.source)
                }
            }
        }
    }

    private func first(covering rule: Rule, at place: Int, among others: Set<Int>) -> Int? {
        others.filter { $0 < place }.sorted().prefix(Self.comparisonLimit).first { rules[$0].covers(rule) }
    }

    /// The rules that a message of this text might lead to by its words.
    private func places(heldBy text: String) -> [Int] {
        rules(requiring: index.matches(in: FoldedText(text)).all)
    }
}

extension Match {
    fileprivate var wordings: [Needle.Wording] {
        (any + all + exact + starts + contains).flatMap(\.wordings)
    }
}
