import Responder

/// Warns of choices that lead nowhere.
enum ChoiceLint {
    /// Records a warning for each choice of the rule's menus that no rule answers.
    static func check(_ linked: RuleLinker.LinkedRule, _ ruleSet: RuleSet) {
        let drafts = (linked.draft.reply?.value ?? []) + (linked.draft.oneOf?.value ?? [])
        for choice in drafts.flatMap({ $0.choices ?? [] }) {
            guard let title = choice.title?.value,
                !ruleSet.answers(choice: Rule.choiceID(linked.rule.id, choice.id.value), titled: title)
            else { continue }
            linked.file.reader.warning(
                choice.id.node.range, "no rule answers the choice '\(choice.id.value)'",
                hint: "add a rule with 'match: {choice: \(choice.id.value)}'", code: "unanswered-choice")
        }
    }
}
