/// One request: a POST, or a GET where there is no body.
public struct HTTPRequest: Sendable {
    /// Where it goes: http or https.
    public var url: String
    /// Its headers, by name.
    public var headers: [String: String]
    /// Its body; nil for a GET.
    public var body: [UInt8]?
    /// How long it may take from first to last byte, name look-up included.
    public var timeout: Duration

    /// Makes a request of its parts.
    public init(url: String, headers: [String: String], body: [UInt8], timeout: Duration) {
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    init(get url: String, timeout: Duration) {
        self.url = url
        headers = [:]
        self.timeout = timeout
    }
}

/// What came back.
public struct HTTPResponse: Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body, at most ``HTTPTransport/bodyLimit`` bytes.
    public var body: [UInt8]
    /// What `Retry-After` asked for, as seconds or as a date.
    public var retryAfter: Duration?
    /// The server's clock, in seconds since 1970, UTC; nil where it did not say.
    public var date: Int?
}

/// Why no answer came back. What matters is whether the request may have been read at the other end.
public enum TransportError: Error, Sendable, Hashable {
    /// Not a byte of the request was written.
    case notSent(String)
    /// The request was being written, or had been.
    case maybeSent(String)
}
