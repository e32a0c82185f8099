/// One HTTP request: a POST, or a GET if there is no body.
public struct TransportRequest: Sendable {
    /// The URL: http or https.
    public var url: String
    /// The header fields, by name.
    public var headers: [String: String]
    /// The body; `nil` for a GET.
    public var body: [UInt8]?
    /// The time limit from first to last byte, name look-up included.
    public var timeout: Duration
    /// Whether the body of the answer matters. If it does not, an answer is complete once its status is known.
    public var readsAnswer = true

    /// Creates a POST.
    public init(
        url: String, headers: [String: String], body: [UInt8], timeout: Duration, readsAnswer: Bool = true
    ) {
        self.url = url
        self.headers = headers
        self.body = body
        self.timeout = timeout
        self.readsAnswer = readsAnswer
    }

    init(get url: String, timeout: Duration) {
        self.url = url
        headers = [:]
        self.timeout = timeout
    }
}
