/// A credential. It is printed as `•••`; only ``reveal()`` gives it away.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Wraps a credential.
    public init(_ value: String) {
        self.value = value
    }

    /// Returns the credential itself: for the request or the comparison that needs it, and nothing else.
    public func reveal() -> String { value }

    /// The text `•••`.
    public var description: String { "•••" }
    /// The text `•••`.
    public var debugDescription: String { "•••" }
    /// A mirror without children, so that `dump` shows no credential.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
