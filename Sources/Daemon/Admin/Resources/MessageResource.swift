import JSONText
import Providers
import Responder
import Store

extension ListedMessage {
    static let schema = JSONSchema.object(
        members.merging(["entries": .array(of: .named("Entry")).describing("Its answers, in order")]) { $1 })
    /// The message without its entries.
    static let latestSchema = JSONSchema.object(members)

    private static let members: [String: JSONSchema] = [
        "id": .int64, "conversation": .int64, "unique": .text.describing("The provider's id"), "type": .text,
        "text": .text.orNull.describing("The contact's words; a text longer than 4,096 characters is cut"),
        "body": .text.describing("The field of this name that the provider sent: of media a link; cut like the text"),
        "quoted": .text.orNull,
        "choice": .text.orNull.describing("The id of the choice that the contact took, as the rules made it"),
        "sent_at": .time, "received_at": .time, "decision": .named("Decision").orNull,
    ]

    func json(at now: Timestamp) -> JSON {
        .object(members.merging(["entries": .array(entries.map { $0.json(at: now) })]) { $1 })
    }

    /// The message without its entries.
    var latestJSON: JSON { .object(members) }

    private var members: [String: JSON] {
        [
            "id": .integer(id), "conversation": .integer(conversation), "unique": .string(message.unique),
            "type": .string(message.type.rawValue.shown), "text": .text(message.text?.shown),
            "body": .string(message.body.shown), "quoted": .text(message.quoted),
            "choice": .text(message.choice?.shown),
            "sent_at": .seconds(of: message.timestamp), "received_at": .seconds(of: receivedAt),
            "decision": decision?.json ?? .null,
        ]
    }
}

extension StoredDecision {
    static let schema = JSONSchema.object([
        "rule": .text.orNull, "outcome": Decision.Outcome.schema, "reason": Decision.Reason.schema,
        "because": .text.describing("The reason in a sentence, as it was at the time"),
        "revision": .text.describing("The revision of the rules that decided"), "decided_at": .time,
    ])

    var json: JSON {
        .object([
            "rule": .text(rule), "outcome": .string(outcome.rawValue), "reason": .string(reason.word),
            "because": .string(because.shown), "revision": .string(revision), "decided_at": .seconds(of: decidedAt),
        ])
    }
}

extension Decision.Outcome {
    static let schema = JSONSchema.text(among: allCases.map(\.rawValue))
}

extension Decision.Reason {
    static let schema = JSONSchema.text(among: allCases.map(\.rawValue))
}
