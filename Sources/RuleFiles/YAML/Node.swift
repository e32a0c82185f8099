/// A value of a YAML file with its place. Scalars stay as written: a field asks for a type, YAML does not guess one.
public struct Node: Sendable {
    /// The kinds of values.
    public enum Content: Sendable {
        /// A single value, as text.
        case scalar(String, Style)
        /// A list.
        case sequence([Node])
        /// Keys with values, in their order.
        case mapping([Pair])
    }

    /// The ways to write a scalar.
    public enum Style: Sendable {
        /// A scalar without quotes, in single or double quotes, after `|`, or after `>`.
        case plain, singleQuoted, doubleQuoted, literal, folded
    }

    /// One entry of a mapping.
    public struct Pair: Sendable {
        /// The key; its text is ``name``.
        public var key: Node
        /// The value.
        public var value: Node
        /// The text of the key; empty if the key is no scalar.
        public var name: String {
            if case .scalar(let text, _) = key.content { return text }
            return ""
        }
    }

    /// The value.
    public var content: Content
    /// The place of the value: the whole scalar if it is on one line, otherwise the beginning of the value.
    public var range: SourceRange
    /// The text in the file, if the value comes from the environment; the value may be a secret and is never shown.
    public var written: String?
    /// Whether an error about the value is already recorded; its readers then skip it without another one.
    public var isRefused = false
    /// The place of the value itself, if ``range`` is only that of its `*name`.
    var origin: SourceRange?
    /// The number of nodes in the value once all aliases are written out.
    var weight = 1

    /// The scalar as messages may show it.
    public var shown: String {
        if case .scalar(let text, _) = content { return written ?? text }
        return kind
    }

    /// The name of this kind of value, for people.
    public var kind: String {
        switch content {
        case .scalar: isEmpty ? "nothing" : "a text"
        case .sequence: "a list"
        case .mapping: "keys with values"
        }
    }

    /// Whether the value is missing, as in `key:`, or `~` or `null`.
    public var isEmpty: Bool {
        if case .scalar(let text, .plain) = content { return text.isEmpty || text == "~" || text == "null" }
        return false
    }

    /// Whether the value is `{{name}}` without quotes, which YAML reads as keys within keys.
    var isBareVariable: Bool {
        guard case .mapping(let pairs) = content, let first = pairs.first else { return false }
        if case .mapping = first.key.content { return true }
        return false
    }
}
