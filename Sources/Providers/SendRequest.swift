public import JSONText
public import Responder

/// One request to a provider.
public struct SendRequest: Sendable, Hashable {
    /// The kinds of calls, as far as their answers mean different things.
    public enum Call: Sendable, Hashable {
        /// A message is sent.
        case message
        /// A reaction to a message is sent.
        case reaction
        /// Anything else: settings are read or set.
        case other
    }

    /// The provider whose dialect it is in.
    public var provider: Provider
    /// The kind of call.
    public var call: Call
    /// The URL that it goes to.
    public var url: String
    /// Its headers, by name.
    public var headers: [String: String]
    /// Its body: a JSON object. A request that only reads has none.
    public var body: [String: JSON]
    /// Whether it only reads: a GET instead of a POST.
    public var isReading = false

    /// Creates a request with a JSON body.
    init(
        _ call: Call, of provider: Provider, url: String, headers: [String: String] = [:], body: [String: JSON]
    ) {
        self.provider = provider
        self.call = call
        self.url = url
        self.headers = ["Content-Type": "application/json; charset=utf-8", "Accept": "application/json"]
            .merging(headers) { $1 }
        self.body = body
    }

    /// Creates a request that only reads.
    init(reading url: String, of provider: Provider, headers: [String: String]) {
        self.init(.other, of: provider, url: url, headers: headers, body: [:])
        self.headers["Content-Type"] = nil
        isReading = true
    }

    /// Encodes a message from `account` to `address`, in the dialect of the provider of the account. What the provider
    /// can't show is sent as text.
    ///
    /// - Parameter mark: The mark of the attempt, for providers that give it back in their reports.
    public init(
        _ message: ProviderMessage, from account: ProviderAccount, to address: String, mark: AttemptMark? = nil
    ) {
        self = account.provider.dialect.request(message, from: account, to: address, mark: mark)
    }

    /// Creates a request for the window of a contact; `nil` if the provider has none.
    public init?(askingForWindowOf address: String, from account: ProviderAccount) {
        guard let request = account.provider.dialect.request(forWindowOf: address, from: account) else { return nil }
        self = request
    }

    /// Creates a request that marks a message as read; `nil` if the provider has none.
    ///
    /// - Parameters:
    ///   - message: The message of a contact. Those before it count as read too.
    ///   - isTyping: Whether it is shown that an answer is being typed, if the provider can show it.
    ///   - account: The account that the message came to.
    public init?(markingAsRead message: Message, showingTyping isTyping: Bool, from account: ProviderAccount) {
        let dialect = account.provider.dialect
        guard let request = dialect.request(markingAsRead: message, isTyping: isTyping, from: account) else {
            return nil
        }
        self = request
    }

    /// Returns the outcome that an answer to this request means.
    public func outcome(of answer: SendAnswer) -> AttemptOutcome {
        provider.dialect.outcome(of: answer, to: call)
    }

    /// Returns the request fit to be shown, with its credential replaced.
    public func redacted() -> SendRequest {
        var copy = self
        if copy.body["apiKey"] != nil { copy.body["apiKey"] = .string("•••") }
        if copy.headers["Authorization"] != nil { copy.headers["Authorization"] = "Bearer •••" }
        return copy
    }
}
