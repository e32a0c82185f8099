/// Goes through the rules for one message.
struct Deliberation {
    let circumstances: Circumstances
    let rules: RuleSet
    private let reading: Reading

    init(message: Message, conversation: Conversation, rules: RuleSet, now: Timestamp) {
        circumstances = Circumstances(message: message, conversation: conversation, now: now)
        self.rules = rules
        reading = Reading(message, rules: rules)
    }

    /// A rule that applies, and the reason.
    struct Hit {
        var rule: Rule
        var because: Match.Evidence
        var groups: [String: String]
    }

    /// The verdict of one rule on the message.
    enum Verdict {
        case applies(Hit)
        case fails(Failure)
        /// The rule would apply, but its cooldown holds it back; `last` is the time of its latest answer.
        case heldBack(Hit, last: Timestamp)
    }

    enum Failure {
        case optedOut
        case paused(Pause)
        case match(Match.Failure)
        case condition(Condition)
    }

    /// The verdicts of all rules on the message.
    struct Findings {
        /// The rules that apply, in order; after each but the last one the search goes on.
        var hits: [Hit] = []
        /// The first rule that was held back by its cooldown.
        var heldBack: Hit?
        /// The first rule on trial that would have applied.
        var shadow: Hit?
        /// The rules whose regular expression exceeded its limits for this message.
        var gaveUp: [String] = []

        /// The rule whose answer counts: the last one that has an answer, or else the first one.
        var answering: Hit? { hits.last { $0.rule.answer != nil } ?? hits.first }
    }

    /// Whether the message comes late: the contact opted out by a newer one.
    private var isBeforeOptOut: Bool {
        circumstances.conversation.memory.optedOutAt.map { circumstances.message.timestamp < $0 } ?? false
    }

    var isOptedOut: Bool { circumstances.conversation.memory.isOptedOut }
    var pause: Pause? { circumstances.conversation.pause(at: circumstances.now) }

    func findings() -> Findings {
        var findings = Findings()
        for place in rules.candidates(for: reading) {
            switch verdict(of: rules.rules[place]) {
            case .fails(.match(.regex(gaveUp: true))):
                findings.gaveUp.append(rules.rules[place].id)
            case .fails:
                continue
            case .heldBack(let hit, _):
                findings.heldBack = findings.heldBack ?? hit
                if hit.rule.cooldown?.isSilent == true { return findings }
            case .applies(let hit):
                if hit.rule.isShadow {
                    findings.shadow = findings.shadow ?? hit
                    continue
                }
                findings.hits.append(hit)
                if !hit.rule.continues { return findings }
            }
        }
        return findings
    }

    /// Returns the verdict of one rule, independent of all others.
    func verdict(of rule: Rule) -> Verdict {
        // A contact who opted out is answered only by rules that opt in again, and not to a message that was written
        // before. A contact who is with a person can still opt out.
        if isOptedOut, rule.effects.optOut != false || isBeforeOptOut { return .fails(.optedOut) }
        if let pause, rule.effects.optOut == nil { return .fails(.paused(pause)) }
        let conversation = circumstances.conversation
        let type = circumstances.message.type
        switch rule.match.verdict(on: reading, type: type, quotedRule: conversation.quotedRule) {
        case .fails(let failure): return .fails(.match(failure))
        case .holds(let because, let groups):
            if let failing = rule.conditions.first(where: { !$0.holds(in: circumstances) }) {
                return .fails(.condition(failing))
            }
            let hit = Hit(rule: rule, because: because, groups: groups)
            guard let cooldown = rule.cooldown, let last = lastAnswer(within: cooldown) else { return .applies(hit) }
            return .heldBack(hit, last: last)
        }
    }

    /// Returns the time of the latest answer if the cooldown's number of answers is used up.
    private func lastAnswer(within cooldown: Rule.Cooldown) -> Timestamp? {
        let start = circumstances.now - cooldown.length
        let recent = (circumstances.conversation.memory.answers[cooldown.group] ?? []).filter { $0 > start }
        return recent.count >= cooldown.times ? recent.last : nil
    }
}
