import JSONText

extension JSONSchema {
    /// A whole number of 64 bits.
    static let int64 = integer.with("format", "int64")

    /// A moment, as Unix time in seconds.
    static let time = int64.describing("Unix time, in seconds")

    /// Returns the schema of a whole number of 64 bits within a range.
    static func int64(in range: ClosedRange<Int64>) -> JSONSchema { integer(in: range).with("format", "int64") }

    /// Returns the schema of an object with exactly these members; only the `optional` ones may be left out. An unknown
    /// value is `null`.
    static func object(_ members: [String: JSONSchema], optional: Set<String> = []) -> JSONSchema {
        object(
            members.map { ($0.key, $0.value) }, required: members.keys.filter { !optional.contains($0) }.sorted())
    }

    /// Returns a reference to the schema that the document has under this name.
    static func named(_ name: String) -> JSONSchema { .reference("#/components/schemas/\(name)") }
}
