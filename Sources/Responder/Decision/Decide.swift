/// Decides what one message leads to. Pure: the same arguments give the same decision, whenever and wherever.
///
/// - Parameters:
///   - message: What the contact sent.
///   - conversation: What is known of the conversation, the message's effect on its window included.
///   - rules: The rules to answer by.
///   - policy: What the configuration says about deciding.
///   - now: The moment of deciding.
public func decide(
    _ message: Message, in conversation: Conversation, by rules: RuleSet, policy: DecisionPolicy, at now: Timestamp
) -> Decision {
    if let (reason, because) = silence(message, conversation, policy, now) {
        return Decision(rule: nil, outcome: .silent, reason: reason, because: because, revision: rules.revision)
    }
    let reading = Reading(message, index: rules.index)
    var chosen: (rule: Rule, because: Match.Evidence, groups: [String: String])?
    for place in rules.candidates(for: reading) {
        let rule = rules.rules[place]
        guard case .holds(let because, let groups) = rule.match.verdict(on: reading, type: message.type) else {
            continue
        }
        // A rule that goes on and says nothing itself leaves an earlier one's answer standing.
        if rule.answer != nil || chosen == nil { chosen = (rule, because, groups) }
        if !rule.continues { break }
    }
    guard let chosen else {
        return Decision(
            rule: nil, outcome: .silent, reason: .noMatch, because: "no rule matches", revision: rules.revision
        )
    }
    let answer = Answering(message: message, conversation: conversation, policy: policy, now: now)
    var decision = answer.decision(of: chosen.rule, groups: chosen.groups)
    decision.because = "\(chosen.because)\(decision.because)"
    decision.revision = rules.revision
    return decision
}

/// The messages that no rule is asked about.
private func silence(
    _ message: Message, _ conversation: Conversation, _ policy: DecisionPolicy, _ now: Timestamp
) -> (Decision.Reason, String)? {
    let writers = Set([message.contact.address, message.contact.number].compactMap(\.self))
    if writers.contains(message.account) { return (.ownMessage, "our own account wrote it") }
    if !writers.isDisjoint(with: policy.accounts) { return (.ownAccount, "another account of ours wrote it") }
    if message.contact.address.contains("@g.us") || message.contact.address.contains("broadcast") {
        return (.notPrivate, "it is not a private chat")
    }
    if message.type == .reaction { return (.reaction, "it is a reaction to a message") }
    if let until = conversation.pausedUntil, now < until {
        return (.paused, "a person answers in this conversation")
    }
    return nil
}

/// Turns the rule that was found into what is to be sent.
private struct Answering {
    var message: Message
    var conversation: Conversation
    var policy: DecisionPolicy
    var now: Timestamp

    func decision(of rule: Rule, groups: [String: String]) -> Decision {
        var decision = Decision(rule: rule.id, outcome: .silent, reason: .noReply, because: "", revision: "")
        var values = Variables()
        values.set("contact", "name", message.contact.name)
        values.set("contact", "number", message.contact.number)
        values.set("message", "text", message.text)
        for (name, value) in groups { values.set("match", name, value) }

        switch rule.answer {
        case nil:
            decision.because = "; the rule has nothing to say"
        case .ignore:
            decision.reason = .ignored
            decision.because = "; the rule says to ignore it"
        case .template(let template):
            decision.outcome = .template
            decision.reason = .matched
            decision.sends = [Outgoing(body: .template(template.rendered(values)), textEnd: now)]
        case .reply(let bubbles):
            let fallback = fallback(of: rule)?.rendered(values)
            decision.sends = bubbles.compactMap { bubble in
                let text = bubble.text.render(values).trimmedForSending
                guard !text.isEmpty else { return nil }
                return Outgoing(
                    body: .text(text, replyTo: bubble.quote ? message.unique : nil), fallback: fallback,
                    textEnd: message.timestamp + policy.maxAge
                )
            }
            label(&decision)
        }
        return decision
    }

    /// The fallback nearest to the rule: its own, its file's, the configuration's.
    private func fallback(of rule: Rule) -> TemplateMessage? {
        switch rule.expired {
        case .template(let template): template
        case .silent: nil
        case nil: policy.expired
        }
    }

    /// Says what sending right now would come to.
    private func label(_ decision: inout Decision) {
        guard let first = decision.sends.first else {
            decision.reason = .emptyReply
            decision.because = "; its text is empty once its variables are filled in"
            return
        }
        let refusal: Decision.Reason = conversation.window.isOpen(at: now) ? .tooOld : .windowExpired
        let entry = OutboxEntry(outgoing: first, createdAt: now)
        switch plan(entry, window: conversation.window, onUnknown: .hold, at: now) {
        case .text:
            decision.outcome = .reply
            decision.reason = .matched
        case .template(let template, _):
            decision.outcome = .template
            decision.reason = refusal
            decision.because = "; \(decision.reason.cause), so the template goes instead"
            decision.sends = [Outgoing(body: .template(template), textEnd: first.textEnd)]
        case .hold, .giveUp:
            decision.reason = refusal
            decision.because = "; \(decision.reason.cause), and no template is configured for that"
            decision.sends = []
        }
    }
}

extension Decision.Reason {
    fileprivate var cause: String {
        self == .tooOld ? "the message is older than max_age" : "the 24-hour window has shut"
    }
}

extension String {
    /// The text without white space at its ends, cut to what a message may hold (4,096 characters, provider-side).
    fileprivate var trimmedForSending: String {
        let longest = 4096
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        while text.first?.isWhitespace == true { text.removeFirst() }
        // The provider may count UTF-16 units, so they are what is counted here.
        guard text.utf16.count > longest else { return String(text) }
        while text.utf16.count >= longest { text.removeLast(max(1, (text.utf16.count - longest) / 2)) }
        return text + "…"
    }
}
