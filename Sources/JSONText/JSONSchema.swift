/// A description of JSON values: JSON Schema, draft 2020-12, as editors read it and as OpenAPI 3.1 uses it.
package struct JSONSchema: Sendable {
    /// The keywords of the schema and their values.
    package private(set) var keywords: [String: JSON]

    /// Creates a schema of these keywords.
    package init(_ keywords: [String: JSON] = [:]) {
        self.keywords = keywords
    }

    /// The schema as a JSON value.
    package var json: JSON { .object(keywords) }

    // MARK: Kinds of values

    /// A schema that every value fits.
    package static let anything = JSONSchema()
    /// A schema for any text.
    package static let text = JSONSchema(["type": "string"])
    /// A schema for `true` and `false`.
    package static let boolean = JSONSchema(["type": "boolean"])
    /// A schema for any number.
    package static let number = JSONSchema(["type": "number"])
    /// A schema for any whole number.
    package static let integer = JSONSchema(["type": "integer"])

    /// Returns a schema for a whole number in `range`.
    package static func integer(in range: ClosedRange<Int64>) -> JSONSchema {
        JSONSchema([
            "type": "integer", "minimum": .integer(range.lowerBound), "maximum": .integer(range.upperBound),
        ])
    }

    /// Returns a schema for any of these words, whatever their type: in YAML a word may look like a Boolean or a
    /// number.
    package static func words(_ words: [String]) -> JSONSchema {
        JSONSchema(["enum": .array(words.map(JSON.string))])
    }

    /// Returns a schema for one of these texts.
    package static func text(among words: [String]) -> JSONSchema {
        text.with("enum", .array(words.map(JSON.string)))
    }

    /// Returns a schema for a text that matches a regular expression of ECMA-262.
    package static func text(like pattern: String, examples: [String] = []) -> JSONSchema {
        let schema = text.with("pattern", .string(pattern))
        return examples.isEmpty ? schema : schema.with("examples", .array(examples.map(JSON.string)))
    }

    /// Returns a schema for a list whose items all fit one schema.
    package static func array(of items: JSONSchema) -> JSONSchema {
        JSONSchema(["type": "array", "items": items.json])
    }

    /// Returns a schema for an object with these members and no others.
    package static func object(_ properties: [(String, JSONSchema)], required: [String] = []) -> JSONSchema {
        let named = Dictionary(properties.map { ($0.0, $0.1.json) }, uniquingKeysWith: { first, _ in first })
        let object = JSONSchema(["type": "object", "properties": .object(named), "additionalProperties": .bool(false)])
        return required.isEmpty ? object : object.with("required", .array(required.map(JSON.string)))
    }

    /// Returns a schema for an object with members of any name, whose values all fit one schema.
    package static func map(of values: JSONSchema) -> JSONSchema {
        JSONSchema(["type": "object", "additionalProperties": values.json])
    }

    /// Returns a schema for values that fit at least one of these schemas.
    package static func anyOf(_ schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(["anyOf": .array(schemas.map(\.json))])
    }

    /// Returns a schema for values that fit exactly one of these schemas.
    package static func oneOf(_ schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(["oneOf": .array(schemas.map(\.json))])
    }

    /// Returns a reference to the schema at `pointer` in the same document, for example `#/$defs/when`.
    package static func reference(_ pointer: String) -> JSONSchema {
        JSONSchema(["$ref": .string(pointer)])
    }

    // MARK: Variations

    /// The same schema, or `null`.
    package var orNull: JSONSchema { .anyOf([self, JSONSchema(["type": "null"])]) }

    /// Returns the same schema with a description for people; an empty description is left out.
    package func describing(_ description: String) -> JSONSchema {
        description.isEmpty ? self : with("description", .string(description))
    }

    /// Returns the same schema with another keyword.
    package func with(_ keyword: String, _ value: JSON) -> JSONSchema {
        var schema = self
        schema.keywords[keyword] = value
        return schema
    }

    /// Returns the whole document, indented for people, with keys in alphabetical order.
    package func document(title: String, definitions: [String: JSONSchema]) -> String {
        with("$schema", "https://json-schema.org/draft/2020-12/schema").with("title", .string(title))
            .with("$defs", .object(definitions.mapValues(\.json))).json.indentedText
    }
}
