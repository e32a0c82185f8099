public import JSONText

extension Trial {
    /// The object that `replyd try --json` prints.
    public var json: JSON {
        let why = explanations.map { explanation in
            JSON.object([
                "rule": .string(explanation.rule), "file": .string(explanation.place.file),
                "line": .count(explanation.place.line), "matched": .bool(explanation.isMatch),
                "because": .string(explanation.because),
            ])
        }
        return .object([
            "rule": .text(decision.rule), "outcome": .string(decision.outcome.rawValue),
            "reason": .string(decision.reason.rawValue), "because": .string(decision.because),
            "messages": .array(decision.sends.map(\.view)), "changes": decision.changes.view, "why": .array(why),
        ])
    }
}

extension Outgoing {
    /// The message to send, as JSON for machines.
    package var view: JSON { body.view }
}

extension SendContent {
    /// The content, as JSON for machines.
    package var view: JSON {
        switch self {
        case .message(.text(let text, let replyTo)):
            .object(["kind": "text", "text": .string(text), "quote": .bool(replyTo != nil)])
        case .message(.template(let template)): template.view
        case .post(let link, _): .object(["kind": "post", "host": .string(SendContent.host(ofLink: link))])
        }
    }
}

extension RenderedTemplate {
    /// The template, as JSON for machines.
    package var view: JSON {
        .object([
            "kind": "template", "name": .string(name), "language": .string(language.rawValue),
            "variables": .texts(variables),
        ])
    }
}

extension Changes {
    /// The changes to the conversation, as JSON for machines.
    package var view: JSON {
        var object: [String: JSON] = [:]
        if !self.set.isEmpty { object["set"] = .object(self.set.mapValues { .string($0.text) }) }
        for (name, values) in [("unset", unset), ("tag", tag), ("untag", untag)] where !values.isEmpty {
            object[name] = .texts(values)
        }
        if let until = pausedUntil { object["paused_until"] = .seconds(of: until) }
        if let optedOut { object["opted_out"] = .bool(optedOut) }
        return .object(object)
    }
}
