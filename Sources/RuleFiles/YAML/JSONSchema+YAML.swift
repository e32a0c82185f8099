import JSONText

extension JSONSchema {
    /// A text as people write it in YAML. YAML reads `no`, `9:30` and `0501` as values of other types; replyd does not.
    static let scalar = JSONSchema(["type": ["string", "number", "boolean"]])

    /// A duration: `30m`, `12h`, `0`.
    static let duration = JSONSchema([
        "type": ["string", "integer"], "pattern": "^(0|([0-9]+(ms|s|m|h|d))+)$", "examples": ["30m", "12h", "7d"],
    ])

    /// Returns a reference to the schema with that name under `$defs`, for values that hold others of their own kind.
    static func definition(_ name: String) -> JSONSchema { .reference("#/$defs/\(name)") }
}
