/// Looks for values of state that conditions ask for and no rule ever sets.
struct StateLint {
    private let rules: [RuleLinker.LinkedRule]
    /// The values that rules set each state to, by state; `nil` if a value contains a variable.
    private let values: [String: Set<String>?]

    init(_ rules: [RuleLinker.LinkedRule]) {
        self.rules = rules
        var values: [String: Set<String>?] = [:]
        for (name, value) in rules.flatMap({ $0.draft.set?.settings ?? [] }) {
            let known = values[name.value] ?? .some([])
            values[name.value] = value.value.utf8.contains("{{".utf8) ? .some(nil) : .some(known?.union([value.value]))
        }
        self.values = values
    }

    func check() {
        for rule in rules {
            if let when = rule.draft.when { check(when, rule.file.reader) }
        }
    }

    private func check(_ when: WhenDraft, _ reader: Reader) {
        for (name, wanted) in when.state {
            guard let known = values[name.value] ?? nil else { continue }
            for value in wanted where !known.contains(value) {
                let near = Suggestion.nearest(to: value, among: known)
                reader.warning(
                    name.node.range, "no rule sets '\(name.value)' to '\(value)'",
                    hint: near.map { "did you mean '\($0)'?" }
                        ?? "it is set to: \(known.sorted().joined(separator: ", "))",
                    code: "state-never-set")
            }
        }
        if let not = when.not { check(not.when, reader) }
        for group in when.any ?? [] { check(group, reader) }
    }
}
