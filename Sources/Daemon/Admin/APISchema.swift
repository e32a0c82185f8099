import Providers

/// What a value of the API looks like: JSON Schema as OpenAPI 3.1 has it.
///
/// Every member of an object is always there, and no other: what is not known is `null`.
struct APISchema: Sendable {
    let json: JSON

    private init(_ members: [String: JSON]) {
        json = .object(members)
    }

    static let text = APISchema(["type": "string"])
    static let flag = APISchema(["type": "boolean"])
    static let integer = APISchema(["type": "integer", "format": "int64"])
    static let number = APISchema(["type": "number"])
    /// A moment.
    static let time = integer.saying("Unix time, in seconds")

    static func words(_ words: [String]) -> APISchema {
        APISchema(["type": "string", "enum": .array(words.map(JSON.string))])
    }

    static func integer(in range: ClosedRange<Int64>) -> APISchema {
        APISchema([
            "type": "integer", "format": "int64", "minimum": .integer(range.lowerBound),
            "maximum": .integer(range.upperBound),
        ])
    }

    static func text(like pattern: String) -> APISchema {
        APISchema(["type": "string", "pattern": .string(pattern)])
    }

    static func list(of items: APISchema) -> APISchema {
        APISchema(["type": "array", "items": items.json])
    }

    static func object(_ members: [String: APISchema], optional: Set<String> = []) -> APISchema {
        let required = members.keys.filter { !optional.contains($0) }.sorted()
        var object: [String: JSON] = [
            "type": "object", "properties": .object(members.mapValues(\.json)), "additionalProperties": .bool(false),
        ]
        if !required.isEmpty { object["required"] = .array(required.map(JSON.string)) }
        return APISchema(object)
    }

    /// Names of somebody's choice, all with values of one kind.
    static func map(of values: APISchema) -> APISchema {
        APISchema(["type": "object", "additionalProperties": values.json])
    }

    static func oneOf(_ schemas: [APISchema]) -> APISchema {
        APISchema(["oneOf": .array(schemas.map(\.json))])
    }

    /// What the document describes under that name.
    static func named(_ name: String) -> APISchema {
        APISchema(["$ref": .string("#/components/schemas/\(name)")])
    }

    var orNull: APISchema {
        APISchema(["anyOf": .array([json, .object(["type": "null"])])])
    }

    func saying(_ description: String) -> APISchema {
        guard case .object(var members) = json else { return self }
        members["description"] = .string(description)
        return APISchema(members)
    }
}
