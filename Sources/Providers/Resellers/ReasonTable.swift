import Responder

/// The meanings of the figure `reason` in answers of the resellers. Each call has its own table; that of messages is in
/// both `99digital-send-message.txt` and `019sms-send-message.md`, that of reactions in 99digital's documentation.
enum ReasonTable: Sendable {
    /// Messages, templates and files.
    case messages
    /// Reactions.
    case reactions

    /// Returns the outcome for a reason other than 1, in an answer or in a later `system` hook.
    func outcome(reason: Int, status: Int? = nil, retryAfter: Duration? = nil) -> AttemptOutcome {
        func refusal(_ text: String) -> Refusal { Refusal(reason: reason, status: status, text: text) }
        switch (reason, self) {
        case (2, _):
            return .accountFault(
                refusal("the provider does not know this account, or could not read the request (reason 2)"))
        case (3, _): return .accountFault(refusal("the provider refused the API key (reason 3)"))
        case (4, .messages):
            return .permanent(refusal("the contact's address is empty or malformed (reason 4)"))
        case (4, .reactions):
            return .permanent(refusal("the provider does not know the message that is reacted to (reason 4)"))
        case (5, .messages): return .permanent(refusal("the text is empty (reason 5)"))
        case (5, .reactions): return .permanent(refusal("the provider does not know this emoji (reason 5)"))
        case (6, _):
            return .transient(refusal("WhatsApp error, try again (reason 6)"), retryAfter: retryAfter)
        case (7, _): return .windowShut(refusal("more than 24 hours since the contact's last message (reason 7)"))
        case (8, _): return .windowShut(refusal("the contact has never written to this account (reason 8)"))
        default: return .permanent(refusal("the provider refused it with the unknown reason \(reason)"))
        }
    }
}
