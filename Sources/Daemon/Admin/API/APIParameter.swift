import JSONText

/// A parameter of a call, in its path or its query.
struct APIParameter: Sendable {
    enum Place: String, Sendable {
        case path, query
    }

    var name: String
    var place: Place
    var schema: JSONSchema
    var description: String

    static func path(_ name: String, _ schema: JSONSchema, _ description: String) -> APIParameter {
        APIParameter(name: name, place: .path, schema: schema, description: description)
    }

    static func query(_ name: String, _ schema: JSONSchema, _ description: String) -> APIParameter {
        APIParameter(name: name, place: .query, schema: schema, description: description)
    }
}
