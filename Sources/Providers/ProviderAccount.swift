/// What a request to a provider needs to know of an account.
public struct ProviderAccount: Sendable, Hashable {
    /// The account's number: international digits.
    public var number: String
    /// The provider's dialect.
    public var provider: Provider
    /// Without a slash at its end.
    public var baseURL: String
    /// The API key or bearer token.
    public var credential: Secret

    /// Makes an account of its parts.
    public init(number: String, provider: Provider, baseURL: String? = nil, credential: Secret) {
        self.number = number
        self.provider = provider
        var base = baseURL ?? provider.defaultBaseURL
        while base.hasSuffix("/") { base.removeLast() }
        self.baseURL = base
        self.credential = credential
    }
}
