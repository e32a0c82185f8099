import Foundation

/// What editors are told about a value: JSON Schema, draft 2020-12.
struct JSONSchema: Sendable {
    private var keywords: [String: any Sendable] = [:]

    static let anything = JSONSchema()
    /// YAML reads `no`, `9:30` and `0501` as other things than texts; replyd does not.
    static let text = JSONSchema(keywords: ["type": ["string", "number", "boolean"]])
    static let boolean = JSONSchema(keywords: ["type": "boolean"])
    static let duration = JSONSchema(
        keywords: [
            "type": ["string", "integer"], "pattern": "^(0|([0-9]+(ms|s|m|h|d))+)$", "examples": ["30m", "12h", "7d"],
        ])

    static func integer(_ range: ClosedRange<Int>) -> JSONSchema {
        JSONSchema(keywords: ["type": "integer", "minimum": range.lowerBound, "maximum": range.upperBound])
    }

    static func words(_ words: [String]) -> JSONSchema {
        JSONSchema(keywords: ["enum": words])
    }

    static func pattern(_ pattern: String, examples: [String]) -> JSONSchema {
        JSONSchema(keywords: ["type": "string", "pattern": pattern, "examples": examples])
    }

    static func array(of items: JSONSchema) -> JSONSchema {
        JSONSchema(keywords: ["type": "array", "items": items.keywords])
    }

    /// Any one of these will do.
    static func oneOf(_ schemas: [JSONSchema]) -> JSONSchema {
        JSONSchema(keywords: ["anyOf": schemas.map(\.keywords)])
    }

    static func object(_ properties: [(String, JSONSchema)], required: [String] = []) -> JSONSchema {
        let named = Dictionary(uniqueKeysWithValues: properties.map { ($0.0, $0.1.keywords as any Sendable) })
        var keywords: [String: any Sendable] = ["type": "object", "properties": named, "additionalProperties": false]
        if !required.isEmpty { keywords["required"] = required }
        return JSONSchema(keywords: keywords)
    }

    /// Keys of one's own choice, all with values of one kind.
    static func map(of values: JSONSchema) -> JSONSchema {
        JSONSchema(keywords: ["type": "object", "additionalProperties": values.keywords])
    }

    /// What stands under `$defs` by that name: for values that hold others of their own kind.
    static func definition(_ name: String) -> JSONSchema {
        JSONSchema(keywords: ["$ref": "#/$defs/\(name)"])
    }

    func describing(_ description: String) -> JSONSchema {
        var schema = self
        if !description.isEmpty { schema.keywords["description"] = description }
        return schema
    }

    /// The whole document, its keys in alphabetical order.
    func document(title: String, definitions: [String: JSONSchema]) -> String {
        var document = keywords
        document["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        document["title"] = title
        document["$defs"] = definitions.mapValues { $0.keywords as any Sendable }
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let data = try? JSONSerialization.data(withJSONObject: document, options: options)
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
