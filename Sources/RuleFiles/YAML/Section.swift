/// How a value of one type is read from a node.
public struct Value<Result>: Sendable {
    /// Reads the value, or notes what is wrong and returns nil.
    public let read: @Sendable (Node, Reader) -> Result?

    /// A value that is read by `read`.
    public init(_ read: @escaping @Sendable (Node, Reader) -> Result?) {
        self.read = read
    }
}

/// One key of a section.
public struct Field<Owner>: Sendable {
    let name: String
    let read: @Sendable (Node, inout Owner, Reader) -> Void

    /// A key whose value, where it is in order, is handed to `assign`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, _ assign: @escaping @Sendable (inout Owner, Result) -> Void
    ) {
        self.name = name
        read = { node, owner, reader in
            if let result = value.read(node, reader) { assign(&owner, result) }
        }
    }

    /// A key whose value goes to `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result> & Sendable
    ) {
        self.init(name, value) { $0[keyPath: property] = $1 }
    }

    /// A key whose value goes to `property`.
    public init<Result>(
        _ name: String, _ value: Value<Result>, to property: any WritableKeyPath<Owner, Result?> & Sendable
    ) {
        self.init(name, value) { $0[keyPath: property] = $1 }
    }
}

/// A mapping with known keys.
public struct Section<Owner>: Sendable {
    let title: String
    let fields: [Field<Owner>]

    /// A mapping that people would call `title` ("a rule"), with its keys.
    public init(_ title: String, _ fields: [Field<Owner>]) {
        self.title = title
        self.fields = fields
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
            guard let field = fields.first(where: { $0.name == name }) else {
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
