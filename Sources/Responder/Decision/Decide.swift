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
    if let (reason, because) = unanswerable(message, policy) {
        return Decision(rule: nil, outcome: .silent, reason: reason, because: because, revision: rules.revision)
    }
    let deliberation = Deliberation(message: message, conversation: conversation, rules: rules, now: now)
    let answering = Answering(deliberation, policy: policy)
    return answering.decision(of: deliberation.findings(), revision: rules.revision)
}

/// The messages that no rule is asked about.
func unanswerable(_ message: Message, _ policy: DecisionPolicy) -> (Decision.Reason, String)? {
    let writers = Set([message.contact.address, message.contact.number].compactMap(\.self))
    if writers.contains(message.account) { return (.ownMessage, "our own account wrote it") }
    if !writers.isDisjoint(with: policy.accounts) { return (.ownAccount, "another account of ours wrote it") }
    if message.contact.address.contains("@g.us") || message.contact.address.contains("broadcast") {
        return (.notPrivate, "it is not a private chat")
    }
    if message.type == .reaction { return (.reaction, "it is a reaction to a message") }
    return nil
}
