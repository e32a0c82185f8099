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
    /// The length of the body by the header of an answer to a HEAD, in bytes; `nil` if it has none.
    public var length: Int?
    /// The media type by the header of an answer to a HEAD; `nil` if it has none.
    public var type: String?

    /// Creates an answer.
    public init(
        status: Int, body: [UInt8] = [], retryAfter: Duration? = nil, date: Int? = nil, length: Int? = nil,
        type: String? = nil
    ) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
        self.date = date
        self.length = length
        self.type = type
    }
}
