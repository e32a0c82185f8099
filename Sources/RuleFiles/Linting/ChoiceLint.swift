import Responder

/// Warns of choices that lead nowhere.
enum ChoiceLint {
    /// Records a warning for each choice of the rule's menus that no rule answers.
    static func check(_ linked: RuleLinker.LinkedRule, _ ruleSet: RuleSet) {
        let bubbles = (linked.draft.reply?.value ?? []) + (linked.draft.oneOf?.value ?? [])
        var offers = bubbles.flatMap { $0.choices ?? [] }.map { ($0, linked.rule.id) }
        offers += (linked.draft.template?.value.choices ?? []).map { ($0, linked.rule.id) }
        if case .template(let template)? = linked.draft.expired {
            offers += template.choices.map { ($0, Rule.expiredMenu) }
        }
        for choices in bubbles.compactMap(\.choices) { checkNumbers(choices, linked) }
        for (choice, menu) in offers {
            guard let title = choice.title?.value else { continue }
            let id = Rule.choiceID(menu, choice.id.value)
            if let (first, asked) = ruleSet.rule(beforeAnswersTo: id, titled: title) {
                linked.file.reader.warning(
                    choice.id.node.range, "'\(first)' comes first and answers this choice, not '\(asked)'",
                    hint: "give '\(asked)' a higher 'priority', or narrow the other", code: "shadowed-choice")
            }
            guard !ruleSet.answers(choice: id, titled: title) else { continue }
            linked.file.reader.warning(
                choice.id.node.range, "no rule answers the choice '\(choice.id.value)'",
                hint: "add a rule with 'match: {choice: \(choice.id.value)}'", code: "unanswered-choice")
        }
    }

    /// Records a warning for each title that is read as the number of another choice.
    private static func checkNumbers(_ choices: [ChoiceDraft], _ linked: RuleLinker.LinkedRule) {
        let moment = Timestamp(seconds: 0)
        let menu = SentMenu(choices: choices.map(\.id.value), sentAt: moment)
        for choice in choices {
            guard let title = choice.title, let other = menu.choice(numberedBy: title.value, at: moment),
                other != choice.id.value
            else { continue }
            linked.file.reader.warning(
                title.node.range, "'\(title.value)' is read as the number of the choice '\(other)'",
                hint: "say what it counts, or put it at that place", code: "number-title")
        }
    }
}
