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
    let address = message.contact.address
    let number = message.contact.number ?? address
    if address == message.account || number == message.account { return (.ownMessage, "our own account wrote it") }
    if policy.accounts.contains(address) || policy.accounts.contains(number) {
        return (.ownAccount, "another account of ours wrote it")
    }
    // Contacts' numbers are digits alone; the search for words in them is left out, for it is slow.
    if !address.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        address.contains("@g.us") || address.contains("broadcast")
    {
        return (.notPrivate, "it is not a private chat")
    }
    if message.type == .reaction { return (.reaction, "it is a reaction to a message") }
    return nil
}
