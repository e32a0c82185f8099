import JSONText

extension JSONSchema {
    /// A text as people write it in YAML, which reads `no`, `9:30` and `0501` as other things than texts; replyd does not.
    static let scalar = JSONSchema(["type": ["string", "number", "boolean"]])

    /// A duration: `30m`, `12h`, `0`.
    static let duration = JSONSchema([
        "type": ["string", "integer"], "pattern": "^(0|([0-9]+(ms|s|m|h|d))+)$", "examples": ["30m", "12h", "7d"],
    ])

    /// The schema that stands under `$defs` by that name: for values that hold others of their own kind.
    static func definition(_ name: String) -> JSONSchema { .reference("#/$defs/\(name)") }
}
