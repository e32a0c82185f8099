import JSONText

/// How a value of one type is read from a node.
public struct Value<Result>: Sendable {
    /// Reads the value, or notes what is wrong and returns nil.
    public let read: @Sendable (Node, Reader) -> Result?
    /// What editors are told about it.
    let schema: JSONSchema

    /// A value that is read by `read`.
    public init(_ read: @escaping @Sendable (Node, Reader) -> Result?) {
        self.init(.anything, read)
    }

    init(_ schema: JSONSchema, _ read: @escaping @Sendable (Node, Reader) -> Result?) {
        self.read = read
        self.schema = schema
    }

    /// The same value with another schema.
    func described(_ schema: JSONSchema) -> Value {
        Value(schema, read)
    }
}

/// One key of a section.
public struct Field<Owner>: Sendable {
    let name: String
    let schema: JSONSchema
    let read: @Sendable (Node, inout Owner, Reader) -> Void

    /// A key whose value, where it is in order, is handed to `assign`; editors show what it `says`.
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

    /// A key whose value goes to `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result> & Sendable,
        says description: String = ""
    ) {
        self.init(name, value, says: description) { $0[keyPath: property] = $1 }
    }

    /// A key whose value goes to `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result?> & Sendable,
        says description: String = ""
    ) {
        self.init(name, value, says: description) { $0[keyPath: property] = $1 }
    }
}

extension Field {
    /// The same key in a mapping of which this one's owner is a part.
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

/// A mapping with known keys.
public struct Section<Owner>: Sendable {
    let title: String
    let fields: [Field<Owner>]
    private let places: [String: Int]
    private let home: @Sendable (String) -> String?

    /// A mapping that people would call `title` ("a rule"), with its keys.
    ///
    /// - Parameters:
    ///   - title: What people would call it.
    ///   - fields: Its keys.
    ///   - home: Where a key belongs that is none of these, in words.
    public init(
        _ title: String, _ fields: [Field<Owner>], home: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.title = title
        self.home = home
        self.fields = fields
        places = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// Whether it has such a key.
    func has(_ key: String) -> Bool { places[key] != nil }

    /// What editors are told about it.
    func schema(required: [String] = []) -> JSONSchema {
        .object(fields.map { ($0.name, $0.schema) }, required: required)
    }

    /// Reads all keys of `node` into `owner`; notes unknown and repeated ones.
    ///
    /// Returns the keys that are given, whether or not their values are in order, with those that a misspelt one most
    /// likely means: to call these missing would be a second complaint about one mistake. nil where there are no keys.
    @discardableResult
    public func read(_ node: Node, into owner: inout Owner, _ reader: Reader) -> Set<String>? {
        guard !node.isRefused else { return nil }
        guard !reader.refusesBareVariable(node) else { return nil }
        guard case .mapping(let pairs) = node.content else {
            let problem = node.isEmpty ? "needs keys with values" : "is made of keys with values, not \(node.kind)"
            reader.error(node.range, "\(title) \(problem)", hint: "each on a line of its own, like 'key: value'")
            return nil
        }
        var given: Set<String> = []
        var seen: [String: SourceRange] = [:]
        for pair in pairs {
            guard case .scalar(let name, _) = pair.key.content else {
                reader.error(pair.key.range, "a key must be a text, not \(pair.key.kind)")
                continue
            }
            if let first = seen[name] {
                reader.error(pair.key.range, "'\(name)' stands twice in \(title)", hint: "first in line \(first.line)")
                continue
            }
            seen[name] = pair.key.range
            guard let field = places[name].map({ fields[$0] }) else {
                if let mark = name.unicodeScalars.first(where: { $0.properties.generalCategory == .format }) {
                    reader.error(
                        pair.key.range,
                        "an invisible mark (U+\(String(mark.value, radix: 16, uppercase: true))) stands in this key",
                        hint: "delete it, or type the key anew")
                    continue
                }
                if let home = home(name) {
                    reader.error(pair.key.range, "unknown key '\(name)' in \(title)", hint: home)
                    continue
                }
                let near = Suggestion.nearest(to: name, among: fields.map(\.name))
                let known = "known are: \(fields.map(\.name).joined(separator: ", "))"
                let hint = name == "<<" ? "YAML's '<<' is not supported: write the keys out" : known
                reader.error(
                    pair.key.range, "unknown key '\(name)' in \(title)",
                    hint: near.map { "did you mean '\($0)'?" } ?? hint
                )
                if let near { given.insert(near) }
                continue
            }
            given.insert(name)
            field.read(pair.value, &owner, reader)
        }
        return given
    }
}
