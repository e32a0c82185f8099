/// A description of JSON values: JSON Schema, draft 2020-12, as editors read it and as OpenAPI 3.1 has it.
package struct JSONSchema: Sendable {
    /// The schema itself: an object of keywords.
    package private(set) var keywords: [String: JSON]

    /// A schema of these keywords.
    package init(_ keywords: [String: JSON] = [:]) {
        self.keywords = keywords
    }

    /// The schema as a JSON value.
    package var json: JSON { .object(keywords) }

    // MARK: Kinds of values

    package static let anything = JSONSchema()
    package static let text = JSONSchema(["type": "string"])
    package static let boolean = JSONSchema(["type": "boolean"])
    package static let number = JSONSchema(["type": "number"])
    package static let integer = JSONSchema(["type": "integer"])

    package static func integer(in range: ClosedRange<Int64>) -> JSONSchema {
        JSONSchema([
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
        ])
    }

    /// Any of these values, whatever their type: in YAML a word may look like a truth or a number.
    package static func words(_ words: [String]) -> JSONSchema {
        JSONSchema(["enum": .array(words.map(JSON.string))])
    }

    /// One of these texts.
    package static func text(among words: [String]) -> JSONSchema {
        text.with("enum", .array(words.map(JSON.string)))
    }

    /// A text that a regular expression of ECMA-262 matches.
    package static func text(like pattern: String, examples: [String] = []) -> JSONSchema {
        let schema = text.with("pattern", .string(pattern))
        return examples.isEmpty ? schema : schema.with("examples", .array(examples.map(JSON.string)))
    }

    package static func array(of items: JSONSchema) -> JSONSchema {
        JSONSchema(["type": "array", "items": items.json])
    }

    /// An object with these members and no others.
    package static func object(_ properties: [(String, JSONSchema)], required: [String] = []) -> JSONSchema {
        let named = Dictionary(properties.map { ($0.0, $0.1.json) }, uniquingKeysWith: { first, _ in first })
        let object = JSONSchema(["type": "object", "properties": .object(named), "additionalProperties": .bool(false)])
        return required.isEmpty ? object : object.with("required", .array(required.map(JSON.string)))
    }

    /// An object with members of any name, all with values of one kind.
    package static func map(of values: JSONSchema) -> JSONSchema {
        JSONSchema(["type": "object", "additionalProperties": values.json])
    }

    /// Values that one of these or several describe.
    package static func anyOf(_ schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(["anyOf": .array(schemas.map(\.json))])
    }

    /// Values that exactly one of these describes.
    package static func oneOf(_ schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(["oneOf": .array(schemas.map(\.json))])
    }

    /// The schema that stands at `pointer` in the same document: `#/$defs/when`.
    package static func reference(_ pointer: String) -> JSONSchema {
        JSONSchema(["$ref": .string(pointer)])
    }

    // MARK: Variations

    /// The same, or `null`.
    package var orNull: JSONSchema { .anyOf([self, JSONSchema(["type": "null"])]) }

    /// The same with a description for people; an empty one is left out.
    package func describing(_ description: String) -> JSONSchema {
        description.isEmpty ? self : with("description", .string(description))
    }

    /// The same with another keyword.
    package func with(_ keyword: String, _ value: JSON) -> JSONSchema {
        var schema = self
        schema.keywords[keyword] = value
        return schema
    }

    /// The whole document, indented for people, its keys in alphabetical order.
    package func document(title: String, definitions: [String: JSONSchema]) -> String {
        with("$schema", "https://json-schema.org/draft/2020-12/schema").with("title", .string(title))
            .with("$defs", .object(definitions.mapValues(\.json))).json.indentedText
    }
}
