/// One HTTP request: a POST, or a GET or HEAD if there is no body.
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

    /// Whether only the header fields of the answer to a GET matter: a HEAD.
    public private(set) var isHead = false

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

    /// Creates a GET, or a HEAD if only the header fields of the answer matter.
    public init(get url: String, headers: [String: String] = [:], isHead: Bool = false, timeout: Duration) {
        self.url = url
        self.headers = headers
        self.isHead = isHead
        self.timeout = timeout
    }
}
