import JSONText
import Responder
import Store

extension ListedEntry {
    static let schema = JSONSchema.object([
        "entry": .int64, "account": .text, "conversation": .int64, "message": .int64, "contact": .text,
        "state": .text(among: EntryState.allCases.map(\.rawValue)),
        "reason": .text(among: EntryReason.allCases.map(\.rawValue)).orNull,
        "detail": .text.orNull.describing("The reason in a sentence, if the provider gave one"),
        "content": .named("Content").describing("What is sent: the fallback once it has replaced the text"),
        "fallback": .named("Content").orNull.describing("What is sent instead once the window has shut"),
        "instead_of": .named("Content").orNull.describing("The text that the fallback has replaced"),
        "rule": .text.orNull, "because": .text, "created_at": .time,
        "released_at": .time.orNull.describing("When an operator had it sent again"), "due_at": .time,
        "attempts": .array(of: .named("Attempt")),
        "release_refused": .text.orNull.describing(
            "Why it can't be released, and what can be done instead; null if it can"),
    ])

    static let attemptSchema = JSONSchema.object([
        "number": .int64, "kind": .text(among: SendContent.Kind.allCases.map(\.rawValue)), "started_at": .time,
        "outcome": .text.orNull.describing("null while it is in flight"), "detail": .text.orNull,
        "delivery": .int64(in: 0...3).orNull.describing("0 failed, 1 sent, 2 delivered, 3 read"),
    ])

    func json(at now: Timestamp) -> JSON {
        let attempts = attempts.map { attempt in
            JSON.object([
                "number": .count(attempt.number), "kind": .string(attempt.kind.rawValue),
                "started_at": .seconds(of: attempt.startedAt),
                "outcome": .text(attempt.outcome?.rawValue), "detail": .text(attempt.detail?.shown),
                "delivery": attempt.delivery.map(JSON.count) ?? .null,
            ])
        }
        return .object([
            "entry": .integer(id), "account": .string(account), "conversation": .integer(conversation),
            "message": .integer(messageID), "contact": .string(contact.shown), "state": .string(state.rawValue),
            "reason": .text(reason?.rawValue), "detail": .text(detail?.shown), "content": content.view.shown,
            "fallback": isReplaced ? .null : outgoing.fallback?.view.shown ?? .null,
            "instead_of": isReplaced ? outgoing.view.shown : .null,
            "rule": .text(rule), "because": .string(because.shown), "created_at": .seconds(of: decidedAt),
            "released_at": .seconds(of: releasedAt), "due_at": .seconds(of: dueAt),
            "attempts": .array(attempts), "release_refused": .text(releaseRefusal(at: now)?.sentence(for: id)),
        ])
    }
}

extension Outgoing {
    private static func content(
        _ kinds: [SendContent.Kind], _ members: [String: JSONSchema], optional: Set<String> = []
    )
        -> JSONSchema
    {
        .object(members.merging(["kind": .text(among: kinds.map(\.rawValue))]) { $1 }, optional: optional)
    }

    static let schema = JSONSchema.oneOf([
        content([.text], ["text": .text, "quote": .boolean]),
        content(
            [.choices],
            [
                "text": .text, "quote": .boolean,
                "choices": .array(
                    of: .object(["id": .text, "title": .text, "more": .text], optional: ["more"])),
                "open": .text.describing("The words that open a list; missing if the choices are buttons"),
            ], optional: ["open"]),
        content(
            [.image, .video, .audio, .document],
            ["link": .text, "caption": .text, "name": .text, "quote": .boolean], optional: ["caption", "name"]),
        content(
            [.location], ["lat": .text, "lng": .text, "name": .text, "address": .text, "quote": .boolean],
            optional: ["name", "address"]),
        content([.link], ["text": .text, "title": .text, "url": .text, "quote": .boolean]),
        content([.reaction], ["emoji": .text]),
        content(
            [.template],
            [
                "name": .text, "language": .text, "variables": .array(of: .text), "variable_names": .array(of: .text),
                "buttons": .array(of: .text), "coupon": .text, "choices": .array(of: .text),
                "header": .map(of: .text),
            ], optional: ["variable_names", "buttons", "coupon", "choices", "header"]),
        content(
            [.post],
            [
                "host": .text.describing(
                    "The host of the rule's link that it is posted to; the rest of the link may be secret")
            ]),
    ])
}
