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
        case .message(.rich(let content, let replyTo)):
            .object(content.members.merging(["kind": .string(kind.rawValue), "quote": .bool(replyTo != nil)]) { $1 })
        case .message(.reaction(let emoji, _)): .object(["kind": "reaction", "emoji": .string(emoji)])
        case .message(.template(let template)): template.view
        case .post(let link, _): .object(["kind": "post", "host": .string(SendContent.host(ofLink: link))])
        }
    }
}

extension RichContent {
    /// The members of the content alone.
    fileprivate var members: [String: JSON] {
        var members: [String: JSON]
        switch self {
        case .menu(let menu):
            members = [
                "text": .string(menu.text),
                "choices": .array(
                    menu.choices.map {
                        var choice: [String: JSON] = ["id": .string($0.id), "title": .string($0.title)]
                        if menu.isList { choice["more"] = $0.more.map(JSON.string) }
                        return .object(choice)
                    }),
            ]
            if menu.isList { members["open"] = .string(menu.opener) }
        case .file(let file):
            members = ["link": .string(file.link)]
            if !file.caption.isEmpty { members["caption"] = .string(file.caption) }
            members["name"] = file.name.map(JSON.string)
        case .location(let location):
            members = ["lat": .string(location.latitude), "lng": .string(location.longitude)]
            members["name"] = location.name.map(JSON.string)
            members["address"] = location.address.map(JSON.string)
        case .link(let link):
            members = ["text": .string(link.text), "title": .string(link.title), "url": .string(link.url)]
        }
        return members
    }
}

extension RenderedTemplate {
    /// The template, as JSON for machines.
    package var view: JSON {
        var members: [String: JSON] = [
            "kind": "template", "name": .string(name), "language": .string(language.rawValue),
            "variables": .texts(variables),
        ]
        if !names.isEmpty { members["variable_names"] = .texts(names) }
        if !buttons.isEmpty { members["buttons"] = .texts(buttons.map(\.value)) }
        members["coupon"] = coupon.map(JSON.string)
        if !payloads.isEmpty { members["choices"] = .texts(payloads) }
        if let header { members["header"] = .object([header.kind.rawValue: .string(header.link)]) }
        return .object(members)
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
