import JSONText
import Responder

// Values are written in the form that their `Decodable` conformance reads.

extension Memory {
    /// The memory as JSON, without empty members: most conversations remember little.
    var json: String {
        JSONWriter.object { json in
            if isOptedOut { json.member("isOptedOut", true) }
            if let consentAt { json.member("consentAt", consentAt) }
            if !tags.isEmpty { json.member("tags") { $0.array(tags.sorted()) { $0.text($1) } } }
            if !state.isEmpty { json.member("state") { $0.object { $0.write(state) } } }
            if !answers.isEmpty {
                json.member("answers") { json in
                    json.object { json in
                        for (group, times) in answers.sorted(by: { $0.key < $1.key }) {
                            json.member(group) { $0.array(times) { $0.number($1.milliseconds) } }
                        }
                    }
                }
            }
            if !turns.isEmpty { json.member("turns") { $0.object { $0.write(turns) } } }
            if let lastMessageAt { json.member("lastMessageAt", lastMessageAt) }
            if !recentAnswers.isEmpty {
                json.member("recentAnswers") { $0.array(recentAnswers) { $0.number($1.milliseconds) } }
            }
            if let lastText { json.member("lastText", lastText) }
            if echoes > 0 { json.member("echoes") { $0.number(Int64(echoes)) } }
            if let menu { json.member("menu") { $0.write(menu) } }
            if let pause {
                json.member("pause") { json in
                    json.object { json in
                        json.member("until", pause.until)
                        if let rule = pause.rule { json.member("rule", rule) }
                    }
                }
            }
        }
    }
}

extension JSONWriter {
    mutating func write(_ menu: SentMenu) {
        object { json in
            json.member("choices") { $0.array(menu.choices) { $0.text($1) } }
            json.member("sentAt", menu.sentAt)
        }
    }

    mutating func write(_ values: [String: Memory.Value]) {
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            member(name) { json in
                json.object { json in
                    json.member("text", value.text)
                    if let expires = value.expires { json.member("expires", expires) }
                }
            }
        }
    }

    mutating func write(_ figures: [String: Int]) {
        for (name, figure) in figures.sorted(by: { $0.key < $1.key }) { member(name) { $0.number(Int64(figure)) } }
    }
}
