/// A key of an account in the configuration that only some providers have.
public struct AccountKey: Sendable, Hashable {
    /// The kinds of values.
    public enum Kind: Sendable, Hashable {
        /// A text that may be shown, of these characters alone; `likeness` is an example.
        case text(signs: String, likeness: String)
        /// A secret, or several of which each is right, as while one is being changed.
        case secrets
    }

    /// The name of the key.
    public var name: String
    /// The kind of its value.
    public var kind: Kind
    /// Whether an account can't do without.
    public var isRequired: Bool
    /// Where its value is found, and how it is written, in a few words for the person who configures.
    public var hint: String

    /// Creates a key.
    public init(_ name: String, _ kind: Kind, isRequired: Bool = true, hint: String) {
        self.name = name
        self.kind = kind
        self.isRequired = isRequired
        self.hint = hint
    }
}
