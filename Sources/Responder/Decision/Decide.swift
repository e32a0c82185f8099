/// Decides one message. Pure: the same arguments always give the same decision.
///
/// - Parameters:
///   - message: The message.
///   - conversation: The state of the conversation; its window includes the message.
///   - rules: The rules to answer by.
///   - policy: The settings of the configuration for decisions.
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

/// Returns the reason for which no rule is asked about the message; `nil` if rules are asked.
func unanswerable(_ message: Message, _ policy: DecisionPolicy) -> (Decision.Reason, String)? {
    let address = message.contact.address
    let number = message.contact.number ?? address
    if address == message.account || number == message.account { return (.ownMessage, "our own account wrote it") }
    if policy.accounts.contains(address) || policy.accounts.contains(number) {
        return (.ownAccount, "another account of ours wrote it")
    }
    // A contact's number has digits alone; the slow search for words is skipped for it.
    if !address.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        ["@g.us", "broadcast", "@newsletter"].contains(where: address.contains)
    {
        return (.notPrivate, "it is not a private chat")
    }
    if !message.type.isMessage {
        return (.notMessage, "it is no message of a person (\(message.type.shown))")
    }
    if message.type == .reaction { return (.reaction, "it is a reaction to a message") }
    return nil
}
