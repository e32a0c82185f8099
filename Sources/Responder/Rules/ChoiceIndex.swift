import Matching

/// The choices that the rules of a set offer, and the rules that answer them.
struct ChoiceIndex: Sendable {
    /// The ids of the offered choices, by the pattern of their title.
    private var offered: [TextIndex.PatternID: [String]] = [:]
    /// What rules on trial offer, by their ids: nobody is shown these titles.
    private var onTrial: [String: [(title: TextIndex.PatternID, choice: String)]] = [:]
    /// The titles of the choices, folded, by their ids. Alternatives may give a choice several: this is the first.
    private var words: [String: FoldedText] = [:]
    /// The places of the rules that answer a choice, by its id.
    private(set) var rules: [String: [Int]] = [:]

    /// Collects the choices of rules, and adds their titles to an index.
    init(_ rules: [Rule], _ index: inout TextIndex.Builder) {
        for rule in rules {
            // Only the alternatives of one rule offer a choice twice.
            var seen: [TextIndex.PatternID: Set<String>] = [:]
            for choice in rule.offers {
                guard let pattern = TextPattern.exact(choice.title) else { continue }
                let id = index.insert(pattern)
                if words[choice.id] == nil { words[choice.id] = FoldedText(choice.title) }
                if rule.isShadow {
                    onTrial[rule.id, default: []].append((id, choice.id))
                } else if seen[id, default: []].insert(choice.id).inserted {
                    offered[id, default: []].append(choice.id)
                }
            }
        }
        for (place, rule) in rules.enumerated() {
            for choice in rule.match.choices { self.rules[choice, default: []].append(place) }
        }
    }

    /// Counts the titles that a rule on trial offers, as if it were live.
    mutating func makeLive(_ rule: String) {
        for (title, choice) in onTrial.removeValue(forKey: rule) ?? []
        where offered[title]?.contains(choice) != true { offered[title, default: []].append(choice) }
    }

    /// Whether no rule offers a choice or answers one.
    var isEmpty: Bool { words.isEmpty && rules.isEmpty }

    /// Whether a rule offers the choice of that id.
    func offers(_ id: String) -> Bool { words[id] != nil }

    /// Returns the title of a choice, folded; `nil` if no rule offers it.
    func title(of id: String) -> FoldedText? { words[id] }

    /// Returns the ids of the choices that a message may name: by the id that came back with it, by its number in the
    /// latest menu, or else by its title. A title of the latest menu stands for the choice of that menu alone.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - folded: Its text, folded.
    ///   - found: The patterns that the text holds.
    ///   - menu: The latest menu of the conversation.
    ///   - now: The moment of deciding.
    func choices(
        of message: Message, _ folded: FoldedText, _ found: TextMatches, after menu: SentMenu?, at now: Timestamp
    ) -> [String] {
        if let id = message.choice, offers(id) { return [id] }
        guard message.type.hasBody, !folded.isEmpty else { return [] }
        if let choice = menu?.choice(numberedBy: folded, writtenAt: message.timestamp, at: now) { return [choice] }
        let named = found.all.flatMap { offered[$0] ?? [] }
        guard named.count > 1, let menu else { return named }
        let latest = named.filter(menu.choices.contains)
        return latest.isEmpty ? named : latest
    }
}
