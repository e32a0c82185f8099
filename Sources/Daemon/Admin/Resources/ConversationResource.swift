import JSONText
import Responder
import Store

extension ListedConversation {
    static let schema = JSONSchema.object([
        "id": .int64, "account": .text, "contact": .named("Contact"),
        "window": .object(["is_open": .boolean, "ends_at": .time.orNull]).describing(
            "Until when free-form text is allowed"),
        "paused_until": .time.orNull.describing("Until when the bot is quiet here; null if it is not"),
        "paused_by": .text(among: Pause.names).orNull.describing(
            "`person`: somebody paused it or answered from elsewhere. `rule`: a rule handed it to a person. `loop-guard`: a robot seems to write"
        ),
        "paused_by_rule": .text.orNull.describing("The rule that handed it over"),
        "opted_out": .boolean, "tags": .array(of: .text), "state": .map(of: .text),
        "latest": .named("LatestMessage").orNull.describing(
            "The contact's last message; null if it has been deleted"),
    ])

    func json(at now: Timestamp) -> JSON {
        let memory = conversation.memory
        let state = memory.state.keys.sorted().compactMap { name in
            memory.value(of: name, at: now).map { (name, JSON.string($0.shown)) }
        }
        let pause = conversation.pause(at: now)
        return .object([
            "id": .integer(id), "account": .string(account), "contact": contact.json,
            "window": .object([
                "is_open": .bool(conversation.window.isOpen(at: now)), "ends_at": .seconds(of: conversation.window.end),
            ]),
            "paused_until": .seconds(of: pause == nil ? nil : conversation.pausedUntil),
            "paused_by": .text(pause?.name),
            "paused_by_rule": .text(pause?.rule),
            "opted_out": .bool(memory.isOptedOut),
            "tags": .array(memory.tags.sorted().map(JSON.string)),
            "state": .object(Dictionary(uniqueKeysWithValues: state)),
            "latest": latest.map { $0.latestJSON } ?? .null,
        ])
    }
}

extension Contact {
    static let schema = JSONSchema.object([
        "id": .text.orNull.describing("The provider's id of the contact"), "number": .text.orNull,
        "address": .text.describing("The address of messages to the contact"), "name": .text.orNull,
    ])

    var json: JSON {
        .object([
            "id": .text(id), "number": .text(number), "address": .string(address.shown), "name": .text(name?.shown),
        ])
    }
}

extension Pause {
    /// The names of all kinds of pause.
    fileprivate static let names = [Pause.person, .rule(""), .loopGuard].map(\.name)

    fileprivate var name: String {
        switch self {
        case .person: "person"
        case .rule: "rule"
        case .loopGuard: "loop-guard"
        }
    }

    fileprivate var rule: String? {
        if case .rule(let rule) = self { rule } else { nil }
    }
}
