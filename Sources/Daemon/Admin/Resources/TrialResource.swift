import JSONText
import Responder

extension Trial {
    static let schema = JSONSchema.object([
        "rule": .text.orNull, "outcome": Decision.Outcome.schema, "reason": Decision.Reason.schema, "because": .text,
        "messages": .array(of: .named("Content")),
        "changes": .object(
            [
                "set": .map(of: .text), "unset": .array(of: .text), "tag": .array(of: .text),
                "untag": .array(of: .text), "paused_until": .time, "opted_out": .boolean,
            ], optional: ["set", "unset", "tag", "untag", "paused_until", "opted_out"]),
        "why": .array(
            of: .object([
                "rule": .text, "file": .text, "line": .int64, "matched": .boolean, "because": .text,
            ])),
    ]).describing("What `replyd try --json` prints")
}
