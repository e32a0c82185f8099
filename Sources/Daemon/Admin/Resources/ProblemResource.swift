import JSONText

extension Problem {
    static let schema = JSONSchema.object([
        "kind": .text(among: Kind.allCases.map(\.rawValue)),
        "account": .text.orNull.describing("The account that it concerns; null if it concerns no single one"),
        "text": .text.describing("The problem in words, as `replyd status` says it"),
        "remedy": .text.orNull.describing("What to do about it; null if the text says so itself"),
    ])

    var json: JSON {
        .object([
            "kind": .string(kind.rawValue), "account": .text(account), "text": .string(text), "remedy": .text(remedy),
        ])
    }
}
