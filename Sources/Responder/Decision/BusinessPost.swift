import JSONText

/// The post to a link of the business: the message and the decision. `rules/README.md` describes the JSON.
struct BusinessPost {
    private let event: String
    private let rule: String
    private let message: Message
    private let decision: Decision

    /// Creates a post about a message.
    ///
    /// - Parameters:
    ///   - event: The word for the event: `forward` or `handoff`.
    ///   - message: The message that was decided.
    ///   - rule: The rule that asks for the post.
    ///   - decision: The decision.
    init(_ event: String, _ message: Message, by rule: String, _ decision: Decision) {
        self.event = event
        self.message = message
        self.rule = rule
        self.decision = decision
    }

    /// The body of the post; unknown values are left out.
    var json: String {
        var message: [String: JSON] = [
            "id": .string(message.unique), "account": .string(message.account),
            "contact": .string(message.contact.address), "type": .string(message.type.rawValue),
            "timestamp": .seconds(of: message.timestamp),
        ]
        message["name"] = self.message.contact.name.map(JSON.string)
        message["text"] = self.message.text.map(JSON.string)
        var decision: [String: JSON] = [
            "outcome": .string(decision.outcome.rawValue), "reason": .string(decision.reason.rawValue),
            "because": .string(decision.because), "texts": .texts(decision.sends.compactMap(\.text)),
        ]
        decision["rule"] = self.decision.rule.map(JSON.string)
        decision["template"] = (self.decision.sends.last { $0.template != nil }?.template?.name).map(JSON.string)
        return JSON.object([
            "event": .string(event), "rule": .string(rule), "message": .object(message),
            "decision": .object(decision),
        ]).encodedText
    }
}
