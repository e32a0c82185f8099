/// A value of a YAML file with its place. Scalars stay as written: a field asks for a type, YAML does not guess one.
public struct Node: Sendable {
    /// What kind of value it is.
    public enum Content: Sendable {
        case scalar(String, Style)
        case sequence([Node])
        case mapping([Pair])
    }

    /// How a scalar is written.
    public enum Style: Sendable {
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// One entry of a mapping.
    public struct Pair: Sendable {
        /// The key; its text is ``name``.
        public var key: Node
        /// The value.
        public var value: Node
        /// The key's text; empty where the key is no scalar.
        public var name: String {
            if case .scalar(let text, _) = key.content { return text }
            return ""
        }
    }

    /// The value.
    public var content: Content
    /// Where it stands: all of a scalar on one line, else its beginning.
    public var range: SourceRange
    /// What was written, where the value is not: a secret from the environment is never shown.
    public var written: String?
    /// Whether a complaint about the value has been made already: whoever reads it passes over it in silence.
    public var isRefused = false
    /// Where the value itself stands, where ``range`` holds only its `*name`.
    var origin: SourceRange?
    /// How many nodes it comes to with all aliases written out.
    var weight = 1

    /// The scalar as messages may show it.
    public var shown: String {
        if case .scalar(let text, _) = content { return written ?? text }
        return kind
    }

    /// What a person would call this kind of value.
    public var kind: String {
        switch content {
        case .scalar: isEmpty ? "nothing" : "a text"
        case .sequence: "a list"
        case .mapping: "keys with values"
        }
    }

    /// Whether nothing was written: `key:` and no more, or `~`.
    public var isEmpty: Bool {
        if case .scalar(let text, .plain) = content { return text.isEmpty || text == "~" || text == "null" }
        return false
    }

    /// Whether it is `{{name}}` without quotes, which YAML takes for keys in keys.
    var isBareVariable: Bool {
        guard case .mapping(let pairs) = content, let first = pairs.first else { return false }
        if case .mapping = first.key.content { return true }
        return false
    }
}
