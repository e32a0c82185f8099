import Matching

extension Rule {
    /// Whether this rule, tried before `later`, certainly answers every message that `later` would answer; false if
    /// that is not certain.
    public func covers(_ later: Rule) -> Bool {
        // A rule that goes on, is on trial or has a cooldown leaves messages to other rules.
        !continues && !isShadow && cooldown == nil
            && conditions.allSatisfy(later.conditions.contains)
            && isAsked(wheneverAsked: later)
            && match.covers(later.match)
    }

    /// Whether this rule is asked in every conversation in which `later` is: few rules are asked if the contact has
    /// opted out or is with a person.
    private func isAsked(wheneverAsked later: Rule) -> Bool {
        effects.optOut == false || later.effects.optOut == nil || effects.optOut == later.effects.optOut
    }
}

extension Match {
    /// Whether this match certainly holds for every message for which `later` holds.
    public func covers(_ later: Match) -> Bool {
        coversTypes(of: later) && (replyingTo == nil || replyingTo == later.replyingTo)
            && coversChoices(of: later) && coversText(of: later)
    }

    private func coversChoices(of later: Match) -> Bool {
        choices.isEmpty || !later.choices.isEmpty && later.choices.isSubset(of: choices)
    }

    private func coversTypes(of later: Match) -> Bool {
        // A match that asks for words holds only for types that can have words, whichever those are.
        types.isEmpty ? !later.types.contains(.other) : !later.types.isEmpty && later.types.isSubset(of: types)
    }

    private func coversText(of later: Match) -> Bool {
        guard asksForText else { return true }
        // Without a condition on words, `later` may hold for messages that have none.
        guard later.asksForText else { return false }
        let groups = [later.any, later.exact, later.starts, later.contains] + later.all.map { [$0] }
        func isImplied(_ wanted: [Needle]) -> Bool {
            wanted.isEmpty || groups.contains { !$0.isEmpty && $0.imply(wanted) }
        }
        let isRegexImplied =
            regex.isEmpty
            || !later.regex.isEmpty
                && later.regex.allSatisfy { expression in regex.contains { $0.pattern == expression.pattern } }
        // A pattern that is excluded here must not be in any message for which `later` holds.
        let excluded = Set(later.none.flatMap(\.wordings).map(\.pattern))
        let isExclusionImplied = none.flatMap(\.wordings).allSatisfy { excluded.contains($0.pattern) }
        return [any, exact, starts, contains].allSatisfy(isImplied) && all.allSatisfy { isImplied([$0]) }
            && isRegexImplied && isExclusionImplied
    }
}

extension [Match.Needle] {
    /// Whether a message that holds any one of these also holds one of `wanted`.
    fileprivate func imply(_ wanted: [Match.Needle]) -> Bool {
        let patterns = wanted.flatMap(\.wordings).map(\.pattern)
        return flatMap(\.wordings).allSatisfy { wording in patterns.contains { wording.pattern.implies($0) } }
    }
}
