/// The answer of a provider to a ``SendRequest``.
public struct SendAnswer: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The body, as it came.
    public var body: [UInt8]
    /// The time that the `Retry-After` header asks for; `nil` if there is none.
    public var retryAfter: Duration?

    /// Creates an answer from an HTTP response.
    public init(status: Int, body: [UInt8], retryAfter: Duration? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }
}
