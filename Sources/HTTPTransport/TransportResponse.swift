/// The answer to a ``TransportRequest``.
public struct TransportResponse: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body, at most ``HTTPTransport/bodyLimit`` bytes.
    public var body: [UInt8]
    /// The time that `Retry-After` asks for, whether in seconds or as a date.
    public var retryAfter: Duration?
    /// The server's clock, in seconds since 1970, UTC; `nil` if the answer has none.
    public var date: Int?
}
