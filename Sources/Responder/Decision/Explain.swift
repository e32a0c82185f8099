/// The verdict of one rule on a message, for people.
public struct Explanation: Sendable, Hashable {
    /// The rule's id.
    public var rule: String
    /// The place of the rule in its file.
    public var place: Place
    /// Whether all conditions of the rule hold.
    public var isMatch: Bool
    /// Whether the rule's answer is the one that counts.
    public var isAnswering: Bool
    /// The reason for which the rule holds, or the first condition that does not, and the obstacle to its answer.
    public var because: String
}

/// Explains the verdict of every rule on the message, in the order in which rules are tried.
///
/// The verdicts are those of ``decide(_:in:by:policy:at:)``, but for all rules instead of the candidates.
///
/// - Returns: One explanation for each rule; nothing if rules are not asked about the message.
public func explain(
    _ message: Message, in conversation: Conversation, by rules: RuleSet, policy: DecisionPolicy, at now: Timestamp
) -> [Explanation] {
    if unanswerable(message, policy) != nil { return [] }
    let deliberation = Deliberation(message: message, conversation: conversation, rules: rules, now: now)
    let findings = deliberation.findings()
    let answering = findings.answering?.rule.id
    var end: String?
    return rules.rules.map { rule in
        var explanation = Explanation(rule: rule.id, place: rule.place, isMatch: true, isAnswering: false, because: "")
        switch deliberation.verdict(of: rule) {
        case .fails(let failure):
            explanation.isMatch = false
            explanation.because = failure.description(in: deliberation.circumstances)
        case .heldBack(let hit, let last):
            let ago = (now - last).words
            explanation.because = "\(hit.because), but held back by its cooldown: it answered \(ago) ago"
            if end == nil, rule.cooldown?.isSilent == true { end = "'\(rule.id)' ends the search in silence" }
        case .applies(let hit):
            explanation.because = "\(hit.because)"
            if let end {
                explanation.because += ", but \(end)"
            } else if rule.isShadow {
                explanation.because += ", but it is on trial (mode: shadow)"
            } else {
                explanation.isAnswering = rule.id == answering
                if !explanation.isAnswering {
                    explanation.because +=
                        rule.answer == nil ? "; it goes on" : "; it goes on, and its own answer is not sent"
                }
                if !rule.continues { end = "'\(rule.id)' comes first" }
            }
        }
        return explanation
    }
}

extension Deliberation.Failure {
    fileprivate func description(in circumstances: Circumstances) -> String {
        switch self {
        case .optedOut: "the contact has opted out"
        case .superseded(let because): "\(because), but the contact has said otherwise since"
        case .paused(let pause): "\(pause)"
        case .match(let failure): "\(failure)"
        case .condition(let condition): condition.failure(in: circumstances)
        }
    }
}
