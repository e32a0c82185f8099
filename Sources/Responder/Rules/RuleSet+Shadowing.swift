import Matching

/// A rule, or one of its keywords, that no message can reach.
public struct Shadowing: Sendable, Hashable {
    /// The rule that can't answer.
    public var rule: String
    /// The earlier rule that always answers instead.
    public var by: String
    /// The keyword of `any` that can't lead to the rule; `nil` if nothing can lead to it.
    public var keyword: String?
}

extension RuleSet {
    /// The largest number of earlier rules with which a rule is compared; more rules seldom share a keyword.
    private static let comparisonLimit = 100

    /// Returns the rules that can never answer because an earlier one always does, and the keywords that can never lead
    /// to their rule for the same reason. Reports only certain cases.
    public func shadowings() -> [Shadowing] {
        // A rule that asks for no words and no regex may cover any rule; a regex can cover only the same regex.
        let broad = rules.indices.filter { rules[$0].match.required == nil && rules[$0].match.regex.isEmpty }
        var byRegex: [String: [Int]] = [:]
        for position in rules.indices {
            for expression in rules[position].match.regex { byRegex[expression.pattern, default: []].append(position) }
        }
        return rules.indices.flatMap { position -> [Shadowing] in
            let rule = rules[position]
            let texts = rule.match.wordings.map(\.source)
            let same = rule.match.regex.flatMap { byRegex[$0.pattern] ?? [] }
            // A rule that covers it asks for all of its choices: looking at one of them is enough.
            let chosen = rule.match.choices.min().flatMap { choices?.rules[$0] } ?? []
            let others = texts.reduce(into: Set(broad + same + chosen)) { $0.formUnion(places(heldBy: $1)) }
            if let first = first(covering: rule, at: position, among: others) {
                return [Shadowing(rule: rule.id, by: rules[first].id)]
            }
            let wordings = rule.match.any.flatMap(\.wordings)
            guard wordings.count > 1 else { return [] }
            return wordings.compactMap { wording in
                var narrow = rule
                narrow.match.any = [Match.Needle(wordings: [wording], source: wording.source)]
                return first(covering: narrow, at: position, among: Set(places(heldBy: wording.source))).map {
                    Shadowing(rule: rule.id, by: rules[$0].id, keyword: wording.source)
                }
            }
        }
    }

    private func first(covering rule: Rule, at position: Int, among others: Set<Int>) -> Int? {
        others.filter { $0 < position }.sorted().prefix(Self.comparisonLimit).first { rules[$0].covers(rule) }
    }

    /// Returns the indices of the rules to which the words of this text may lead.
    private func places(heldBy text: String) -> [Int] {
        rules(requiring: index.matches(in: FoldedText(text)).all)
    }
}

extension Match {
    fileprivate var wordings: [Needle.Wording] {
        (any + all + exact + starts + contains).flatMap(\.wordings)
    }
}
