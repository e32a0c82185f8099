import JSONText

/// A mapping with known keys.
public struct Section<Owner>: Sendable {
    let title: String
    let fields: [Field<Owner>]
    private let places: [String: Int]
    private let home: @Sendable (String) -> String?

    /// Creates a mapping that people would call `title` ("a rule"), with its keys.
    ///
    /// - Parameters:
    ///   - title: The name that people would use for the mapping.
    ///   - fields: The keys of the mapping.
    ///   - home: Returns a hint about the right place for an unknown key.
    public init(
        _ title: String, _ fields: [Field<Owner>], home: @escaping @Sendable (String) -> String? = { _ in nil }
    ) {
        self.title = title
        self.home = home
        self.fields = fields
        places = Dictionary(uniqueKeysWithValues: fields.enumerated().map { ($0.element.name, $0.offset) })
    }

    /// Whether the mapping has this key.
    func has(_ key: String) -> Bool { places[key] != nil }

    /// Returns the schema of the mapping, for editors.
    func schema(required: [String] = []) -> JSONSchema {
        .object(fields.map { ($0.name, $0.schema) }, required: required)
    }

    /// Reads all keys of `node` into `owner`; records errors for unknown and repeated keys.
    ///
    /// - Returns: The keys that are present, whether or not their values are in order, including the likely meaning of
    ///   each misspelt key: to report that key as missing would be a second complaint about one mistake. `nil` if the
    ///   node has no keys at all.
    @discardableResult
    public func read(_ node: Node, into owner: inout Owner, _ reader: Reader) -> Set<String>? {
        guard !node.isRefused else { return nil }
        guard !reader.refusesBareVariable(node) else { return nil }
        guard case .mapping(let pairs) = node.content else {
            if let (message, hint) = node.dashMistake {
                reader.error(node.range, message, hint: hint)
                return nil
            }
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
                if let space = name.unicodeScalars.first(where: LookAlike.isSpace) {
                    reader.error(
                        pair.key.range, "\(LookAlike.name(of: space)) stands in this key",
                        hint: "delete it, or type the key anew")
                    let typed = name.unicodeScalars.filter { !LookAlike.isSpace($0) }.prefix { $0 != ":" }
                    given.insert(String(String.UnicodeScalarView(typed)))
                    continue
                }
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
