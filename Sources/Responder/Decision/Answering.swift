/// Turns the findings of the rules into the messages to send and the changes to the conversation.
struct Answering {
    private typealias Hit = Deliberation.Hit

    private let deliberation: Deliberation
    private let policy: DecisionPolicy
    private var message: Message { deliberation.circumstances.message }
    private var conversation: Conversation { deliberation.circumstances.conversation }
    private var now: Timestamp { deliberation.circumstances.now }

    init(_ deliberation: Deliberation, policy: DecisionPolicy) {
        self.deliberation = deliberation
        self.policy = policy
    }

    func decision(of findings: Deliberation.Findings, revision: String) -> Decision {
        guard let answering = findings.answering else {
            var decision = silence(findings)
            decision.revision = revision
            if findings.isOptOutRepeated { decision.changes.optedOut = true }
            return decision
        }
        var decision = Decision(rule: answering.rule.id, outcome: .silent, reason: .noReply, because: "", revision: "")
        decision.changes = changes(by: findings.hits)
        let left = conversation.memory.withoutRoom(in: &decision.changes, at: now).map { "'\($0)'" }
        answer(answering, &decision)
        decision.because = "\(answering.because)\(decision.because)\(gaveUp(findings))"
        if !left.isEmpty {
            decision.because +=
                "; the state \(left.joined(separator: ", ")) is not kept: all state of a conversation has \(Memory.stateLimit >> 10) KiB"
        }
        if let trial = findings.shadow {
            decision.because += "; '\(trial.rule.id)', on trial, would have answered: \(trial.because)"
        }
        if let pause = deliberation.pause, decision.outcome != .silent {
            // A rule that opts the contact out takes effect while a person answers, but the bot stays quiet.
            decision.outcome = .silent
            decision.reason = .paused
            decision.because += "; \(pause)"
            decision.sends = []
            (decision.changes.turns, decision.changes.menu) = ([:], nil)
        }
        if decision.outcome != .silent, let loopGuard = policy.loopGuard,
            let objection = loopGuard.objection(
                to: message, by: answering.rule.id, conversation.memory, at: now)
        {
            // Nothing is sent, but the changes of the rule stand: a contact who opts out has opted out.
            decision.outcome = .silent
            decision.reason = .loop
            decision.because = "\(objection); it is left alone for \(loopGuard.pause.words)"
            decision.sends = []
            (decision.changes.turns, decision.changes.menu) = ([:], nil)
            decision.changes.pause(until: now + loopGuard.pause, by: nil)
            decision.revision = revision
            return decision
        }
        if decision.outcome != .silent, policy.spent.contains(message.account) {
            // What the rule changes stands, as for the loop guard.
            decision.outcome = .silent
            decision.reason = .budget
            decision.because += "; the budget of this account is spent"
            decision.sends = []
            (decision.changes.turns, decision.changes.menu) = ([:], nil)
        }
        let isSilent = decision.outcome == .silent
        decision.changes.hasAnswer = !isSilent
        decision.changes.answered = findings.hits.compactMap { hit in
            // A rule's cooldown counts its effects and the answer that it sent, not an answer that was not sent.
            let isAnswering = hit.rule.id == answering.rule.id
            let counts = isAnswering ? !isSilent || hit.rule.answer == nil : !hit.rule.effects.isEmpty
            return counts ? hit.rule.cooldown?.group : nil
        }
        decision.revision = revision
        decision.sends += posts(of: findings.hits, decision)
        return decision
    }

    /// Returns a silent decision with the reason for which no rule answers.
    private func silence(_ findings: Deliberation.Findings) -> Decision {
        func silent(_ rule: Rule?, _ reason: Decision.Reason, _ because: String) -> Decision {
            Decision(
                rule: rule?.id, outcome: .silent, reason: reason, because: because + gaveUp(findings), revision: "")
        }
        if let pause = deliberation.pause { return silent(nil, .paused, pause.description) }
        if deliberation.isOptedOut { return silent(nil, .optedOut, "the contact has opted out") }
        if let (rule, because) = findings.superseded {
            return silent(rule, .noReply, "\(because), but the contact has said otherwise since")
        }
        if let hit = findings.heldBack, let cooldown = hit.rule.cooldown {
            let times = cooldown.times == 1 ? "once" : "\(cooldown.times) times"
            return silent(
                hit.rule, .cooldown,
                "\(hit.because), but the rule answers a contact at most \(times) in \(cooldown.length.words)")
        }
        if let hit = findings.shadow {
            return silent(hit.rule, .shadow, "\(hit.because), but the rule is on trial (mode: shadow)")
        }
        if let choice = message.choice, deliberation.rules.choices?.offers(choice) != true {
            return silent(nil, .noMatch, "no rule matches, and no menu offers the choice '\(choice)' any more")
        }
        return silent(nil, .noMatch, "no rule matches")
    }

    private func gaveUp(_ findings: Deliberation.Findings) -> String {
        guard let first = findings.gaveUp.first else { return "" }
        return "; the regex of '\(first)' took too long for this message and was given up"
    }

    // MARK: Changes

    private func changes(by hits: [Deliberation.Hit]) -> Changes {
        var changes = Changes()
        for hit in hits {
            let effects = hit.rule.effects
            let values = variables(hit.groups, changes)
            for setting in effects.set {
                let text = setting.value.render(values).shortened(toUTF16: Memory.valueLimit)
                changes.unset.removeAll { $0 == setting.name }
                changes.set[setting.name] = Memory.Value(text: text, expires: setting.expires.map { now + $0 })
            }
            for name in effects.unset {
                changes.set[name] = nil
                changes.unset.append(name)
            }
            changes.untag.removeAll(where: effects.tag.contains)
            changes.tag += effects.tag
            changes.tag.removeAll(where: effects.untag.contains)
            changes.untag += effects.untag
            if let pause = effects.pause { changes.pause(until: now + pause, by: hit.rule.id) }
            changes.optedOut = effects.optOut ?? changes.optedOut
        }
        return changes
    }

    /// Returns the variables of texts; the state is that after `changes`.
    private func variables(_ groups: [String: String], _ changes: Changes) -> Variables {
        Variables(hours: deliberation.rules.hours, zone: deliberation.rules.zone ?? .utc, now: now) {
            [message, memory = conversation.memory, now] group, name in
            switch (group, name) {
            case ("contact", "name"): message.contact.name
            case ("contact", "number"): message.contact.number
            case ("message", "text"): message.text
            case ("match", _): groups[name]
            case ("state", _):
                changes.unset.contains(name) ? nil : changes.set[name]?.text ?? memory.value(of: name, at: now)
            default: nil
            }
        }
    }

    // MARK: Answer

    private func answer(_ hit: Deliberation.Hit, _ decision: inout Decision) {
        let rule = hit.rule
        let values = variables(hit.groups, decision.changes)
        switch rule.answer {
        case nil:
            decision.because = "; the rule has nothing to say"
        case .ignore:
            decision.reason = .ignored
            decision.because = "; the rule says to ignore it"
        case .template(let template):
            decision.outcome = .template
            decision.reason = .matched
            let outgoing = Outgoing(body: .message(.template(template.rendered(values))), textEnd: now)
            decision.sends = reaction(of: rule, fallback: nil).map { [$0] } ?? []
            decision.sends.append(timed(outgoing, rule))
        case .reply(let bubbles):
            reply(with: bubbles, of: rule, values, &decision)
        case .oneOf(let bubbles):
            let turn = conversation.memory.turns[rule.id].map { ($0 + 1) % bubbles.count } ?? 0
            reply(with: [bubbles[turn]], of: rule, values, &decision)
            // An alternative that is not sent takes no turn; otherwise the one before it would be sent twice in a row.
            if decision.outcome == .reply { decision.changes.turns[rule.id] = turn }
        }
    }

    private func reply(
        with bubbles: [Rule.Bubble], of rule: Rule, _ values: Variables, _ decision: inout Decision
    ) {
        let fallback = fallback(of: rule)?.rendered(values)
        var menu: Menu?
        decision.sends = bubbles.compactMap { bubble in
            let text = bubble.text.render(values).trimmed.shortened(toUTF16: bubble.limit)
            guard !text.isEmpty || bubble.showsWithoutText else { return nil }
            let content = bubble.content(text, of: rule.id)
            if case .menu(let shown)? = content { menu = shown }
            let replyTo = bubble.quote ? message.unique : nil
            let body = content.map { line.message($0, replyTo: replyTo) } ?? .text(text, replyTo: replyTo)
            return freeForm(body, fallback: fallback, rule)
        }
        if let reaction = reaction(of: rule, fallback: fallback) { decision.sends.insert(reaction, at: 0) }
        guard !decision.sends.isEmpty || !bubbles.isEmpty else {
            decision.because = "; this line shows no reactions"
            return
        }
        label(&decision)
        guard decision.outcome == .reply, let menu, let last = decision.sends.last else { return }
        decision.changes.menu = SentMenu(choices: menu.choices.map(\.id), sentAt: max(last.notBefore ?? now, now))
    }

    /// The abilities of the line that the message came to.
    private var line: LineAbilities { policy.lines[message.account] ?? LineAbilities() }

    /// Returns the reaction of the rule to the message; `nil` if there is none, or this line shows none.
    private func reaction(of rule: Rule, fallback: RenderedTemplate?) -> Outgoing? {
        guard let emoji = rule.reaction, line.sendsReactions else { return nil }
        return freeForm(.reaction(emoji, to: message.unique), fallback: fallback, rule)
    }

    private func freeForm(_ body: ProviderMessage, fallback: RenderedTemplate?, _ rule: Rule) -> Outgoing {
        timed(Outgoing(body: .message(body), fallback: fallback, textEnd: textEnd), rule)
    }

    /// The moment from which the message is too old for text. A shut window that may be open is tried for as long again,
    /// unless a shorter `max_age` says that nobody wants to be answered so late.
    private var textEnd: Timestamp {
        let end = message.timestamp + policy.maxAge
        return line.triesShutWindow && policy.maxAge >= Window.length ? end + Window.length : end
    }

    /// Returns the message with the moment at which the rule wants it sent.
    private func timed(_ outgoing: Outgoing, _ rule: Rule) -> Outgoing {
        var outgoing = outgoing
        switch rule.timing {
        case .atOnce: break
        case .delay(let delay): outgoing.notBefore = message.timestamp + delay
        case .opening(let hours) where hours.isOpen(at: now): break
        case .opening(let hours):
            outgoing.notBefore = hours.nextOpening(after: now)
            outgoing.waitsForOpening = true
        }
        return outgoing
    }

    /// Returns the fallback that is nearest to the rule: the rule's own, that of its file, or that of the
    /// configuration.
    private func fallback(of rule: Rule) -> TemplateMessage? {
        switch rule.expired {
        case .template(let template): template
        case .silent: nil
        case nil: policy.expired
        }
    }

    /// Labels the decision with the result that sending at the right moment would have, as far as it is known now.
    private func label(_ decision: inout Decision) {
        guard let first = decision.sends.first else {
            decision.reason = .emptyReply
            decision.because = "; its text is empty once its variables are filled in"
            return
        }
        let refusal: Decision.Reason = conversation.window.isOpen(at: now) ? .tooOld : .windowExpired
        let entry = OutboxEntry(outgoing: first, expiresAt: first.expiry(from: now))
        if let due = first.notBefore, conversation.window.isOpen(at: now), !conversation.window.isOpen(at: due) {
            // The window shuts only if the contact does not write again before then, so the text stays planned.
            decision.because =
                first.fallback == nil
                ? "; by the time it is sent the 24-hour window will have shut, and no template is configured for that"
                : "; by the time it is sent the 24-hour window will have shut, and the template goes instead"
        }
        let next = plan(
            entry, window: conversation.window, onUnknown: .hold, triesShutWindow: line.triesShutWindow, at: now)
        switch next {
        case .send(.message(.template(let template)), _):
            decision.outcome = .template
            decision.reason = refusal
            decision.because = "; \(decision.reason.cause), so the template goes instead"
            var outgoing = first
            outgoing.body = .message(.template(template))
            outgoing.fallback = nil
            outgoing.isFallback = true
            decision.sends = [outgoing]
        case .send:
            decision.outcome = .reply
            decision.reason = .matched
        case .hold, .giveUp:
            decision.reason = refusal
            decision.because = "; \(decision.reason.cause), and no template is configured for that"
            decision.sends = []
        }
    }

    // MARK: Posts

    /// Returns the posts to the business: `forward` and `handoff.notify`.
    private func posts(of hits: [Deliberation.Hit], _ decision: Decision) -> [Outgoing] {
        hits.flatMap { hit in
            [("forward", hit.rule.effects.forward), ("handoff", hit.rule.effects.notify)].compactMap { event, link in
                link.map { link in
                    let post = BusinessPost(event, message, by: hit.rule.id, decision)
                    return Outgoing(body: .post(link: link, json: post.json), textEnd: now)
                }
            }
        }
    }
}

extension Decision.Reason {
    fileprivate var cause: String {
        self == .tooOld ? "the message is older than max_age" : "the 24-hour window has shut"
    }
}
