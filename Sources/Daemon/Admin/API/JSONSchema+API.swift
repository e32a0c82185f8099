import JSONText

extension JSONSchema {
    /// A whole number as the API has it.
    static let int64 = integer.with("format", "int64")

    /// A moment.
    static let time = int64.describing("Unix time, in seconds")

    static func int64(in range: ClosedRange<Int64>) -> JSONSchema { integer(in: range).with("format", "int64") }

    /// An object whose members are all there, but for the `optional` ones, and no other: an unknown value is `null`.
    static func object(_ members: [String: JSONSchema], optional: Set<String> = []) -> JSONSchema {
        object(
            members.map { ($0.key, $0.value) }, required: members.keys.filter { !optional.contains($0) }.sorted())
    }

    /// The schema that the document has under that name.
    static func named(_ name: String) -> JSONSchema { .reference("#/components/schemas/\(name)") }
}
