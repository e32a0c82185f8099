import Matching

extension Rule {
    /// Whether this rule, tried before `later`, certainly answers every message that `later` would answer. False where
    /// that is not certain.
    public func covers(_ later: Rule) -> Bool {
        // A rule that goes on, is on trial or pauses now and then leaves messages to others.
        !continues && !isShadow && cooldown == nil
            && conditions.allSatisfy(later.conditions.contains)
            && isAsked(wheneverAsked: later)
            && match.covers(later.match)
    }

    /// Whoever is opted out, or with a person, is answered by few rules: this one must be among them where `later` is.
    private func isAsked(wheneverAsked later: Rule) -> Bool {
        effects.optOut == false || later.effects.optOut == nil || effects.optOut == later.effects.optOut
    }
}

extension Match {
    /// Whether every message that `later` holds for certainly makes this hold.
    public func covers(_ later: Match) -> Bool {
        coversTypes(of: later) && (replyingTo == nil || replyingTo == later.replyingTo) && coversText(of: later)
    }

    private func coversTypes(of later: Match) -> Bool {
        // What asks for words holds only for types that can have some; nothing needs to be known of which.
        types.isEmpty ? true : !later.types.isEmpty && later.types.isSubset(of: types)
    }

    private func coversText(of later: Match) -> Bool {
        guard asksForText else { return true }
        // Without a condition on its words, `later` may hold for messages that have none.
        guard later.asksForText else { return false }
        let groups = [later.any, later.exact, later.starts, later.contains] + later.all.map { [$0] }
        func isImplied(_ wanted: [Needle]) -> Bool {
            wanted.isEmpty || groups.contains { !$0.isEmpty && $0.imply(wanted) }
        }
        let isRegexImplied =
            regex.isEmpty
            || !later.regex.isEmpty
                && later.regex.allSatisfy { expression in regex.contains { $0.pattern == expression.pattern } }
        // Nothing that is excluded here may be in a message that `later` holds for.
        let excluded = Set(later.none.flatMap(\.wordings).map(\.pattern))
        let isExclusionImplied = none.flatMap(\.wordings).allSatisfy { excluded.contains($0.pattern) }
        return [any, exact, starts, contains].allSatisfy(isImplied) && all.allSatisfy { isImplied([$0]) }
            && isRegexImplied && isExclusionImplied
    }
}

extension [Match.Needle] {
    /// Whether any one of these, being in a message, means that one of `wanted` is.
    fileprivate func imply(_ wanted: [Match.Needle]) -> Bool {
        let patterns = wanted.flatMap(\.wordings).map(\.pattern)
        return flatMap(\.wordings).allSatisfy { wording in patterns.contains { wording.pattern.implies($0) } }
    }
}
