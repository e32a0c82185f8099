/// Goes through the rules for one message.
struct Deliberation {
    let circumstances: Circumstances
    let rules: RuleSet
    private let reading: Reading

    init(message: Message, conversation: Conversation, rules: RuleSet, now: Timestamp) {
        circumstances = Circumstances(message: message, conversation: conversation, now: now)
        self.rules = rules
        reading = Reading(message, after: conversation.memory.menu, rules: rules, at: now)
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
        /// The rule opts out or in, but the contact has sent a newer word about that.
        case superseded(Match.Evidence)
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
        /// The first rule that would have opted out or in, had the contact not sent a newer word since.
        var superseded: (rule: Rule, because: Match.Evidence)?
        /// Whether a contact who has opted out says so once more.
        var isOptOutRepeated = false
        /// The rules whose regular expression exceeded its limits for this message.
        var gaveUp: [String] = []

        /// The rule whose answer counts: the last one that has an answer, or else the first one.
        var answering: Hit? { hits.last { $0.rule.answer != nil } ?? hits.first }
    }

    /// Whether the message comes late: the contact opted out or in by a newer one.
    private var isBeforeConsent: Bool {
        circumstances.conversation.memory.consentAt.map { circumstances.message.timestamp < $0 } ?? false
    }

    var isOptedOut: Bool { circumstances.conversation.memory.isOptedOut }
    var pause: Pause? { circumstances.conversation.pause(at: circumstances.now) }

    func findings() -> Findings {
        var findings = Findings()
        for place in rules.candidates(for: reading) {
            switch verdict(of: rules.rules[place]) {
            case .fails(.match(.regex(gaveUp: true))):
                findings.gaveUp.append(rules.rules[place].id)
            case .fails(.superseded(let because)):
                findings.superseded = (rules.rules[place], because)
                return findings
            case .fails(.optedOut):
                let rule = rules.rules[place]
                if rule.effects.optOut == true, case .holds = match(rule) { findings.isOptOutRepeated = true }
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
        // A contact who opted out is answered only by rules that opt in again. A contact who is with a person can still
        // opt out. Of what the contact says about that, the latest word counts, not the one that comes last.
        if isOptedOut, rule.effects.optOut != false { return .fails(.optedOut) }
        if let pause, rule.effects.optOut == nil { return .fails(.paused(pause)) }
        switch match(rule) {
        case .fails(let failure): return .fails(.match(failure))
        case .holds(let because, _) where rule.effects.optOut != nil && isBeforeConsent:
            return .fails(.superseded(because))
        case .holds(let because, let groups):
            if let failing = rule.conditions.first(where: { !$0.holds(in: circumstances) }) {
                return .fails(.condition(failing))
            }
            let hit = Hit(rule: rule, because: because, groups: groups)
            guard let cooldown = rule.cooldown, let last = lastAnswer(within: cooldown) else { return .applies(hit) }
            return .heldBack(hit, last: last)
        }
    }

    private func match(_ rule: Rule) -> Match.Verdict {
        rule.match.verdict(
            on: reading, type: circumstances.message.type, quotedRule: circumstances.conversation.quotedRule)
    }

    /// Returns the time of the latest answer if the cooldown's number of answers is used up.
    private func lastAnswer(within cooldown: Rule.Cooldown) -> Timestamp? {
        let start = circumstances.now - cooldown.length
        let recent = (circumstances.conversation.memory.answers[cooldown.group] ?? []).filter { $0 > start }
        return recent.count >= cooldown.times ? recent.last : nil
    }
}
