import JSONText

/// One key of a section.
public struct Field<Owner>: Sendable {
    let name: String
    let schema: JSONSchema
    let read: @Sendable (Node, inout Owner, Reader) -> Void

    /// Creates a key whose value, if it is in order, is passed to `assign`; editors show the description `says`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, says description: String = "",
        _ assign: @escaping @Sendable (inout Owner, Result) -> Void
    ) {
        self.name = name
        schema = value.schema.describing(description)
        read = { node, owner, reader in
            if let result = value.read(node, reader) { assign(&owner, result) }
        }
    }

    /// Creates a key whose value is stored in `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result> & Sendable,
        says description: String = ""
    ) {
        self.init(name, value, says: description) { $0[keyPath: property] = $1 }
    }

    /// Creates a key whose value is stored in the optional `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result?> & Sendable,
        says description: String = ""
    ) {
        self.init(name, value, says: description) { $0[keyPath: property] = $1 }
    }
}

extension Field {
    /// Returns the same key for a mapping that has this key's owner as a part.
    func within<Outer>(_ part: any WritableKeyPath<Outer, Owner> & Sendable) -> Field<Outer> {
        Field<Outer>(name: name, schema: schema) { [read] node, outer, reader in
            read(node, &outer[keyPath: part], reader)
        }
    }

    private init(
        name: String, schema: JSONSchema, read: @escaping @Sendable (Node, inout Owner, Reader) -> Void
    ) {
        self.name = name
        self.schema = schema
        self.read = read
    }
}
