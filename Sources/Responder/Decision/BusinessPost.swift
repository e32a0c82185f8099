import Foundation

/// What is posted to a link of the business: the message and the decision. `rules/README.md` describes the JSON.
struct BusinessPost: Encodable {
    private struct MessagePart: Encodable {
        var id: String
        var account: String
        var contact: String
        var name: String?
        var type: String
        var text: String?
        var timestamp: Int64
    }

    private struct DecisionPart: Encodable {
        var rule: String?
        var outcome: String
        var reason: String
        var because: String
        var texts: [String]
        var template: String?
    }

    private let event: String
    private let rule: String
    private let message: MessagePart
    private let decision: DecisionPart

    init(_ event: String, _ message: Message, by rule: String, _ decision: Decision) {
        self.event = event
        self.rule = rule
        self.message = MessagePart(
            id: message.unique, account: message.account, contact: message.contact.address,
            name: message.contact.name, type: message.type.rawValue, text: message.text,
            timestamp: message.timestamp.milliseconds / 1000)
        var texts: [String] = []
        var template: String?
        for outgoing in decision.sends {
            switch outgoing.body {
            case .text(let text, _): texts.append(text)
            case .template(let rendered): template = rendered.name
            case .post: break
            }
        }
        self.decision = DecisionPart(
            rule: decision.rule, outcome: decision.outcome.rawValue, reason: decision.reason.rawValue,
            because: decision.because, texts: texts, template: template)
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings and numbers alone: encoding them can't fail.
        return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
