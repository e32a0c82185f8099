import JSONText

extension ChangeLog.Change {
    static let schema = JSONSchema.object([
        "kind": .text(among: Kind.allCases.map(\.rawValue)), "conversation": .int64.orNull, "account": .text.orNull,
    ])

    var json: JSON {
        .object([
            "kind": .string(kind.rawValue), "account": .text(account), "conversation": .count(conversation),
        ])
    }
}
