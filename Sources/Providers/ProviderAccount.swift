/// The part of an account that requests to its provider need.
public struct ProviderAccount: Sendable, Hashable {
    /// The account's number: international digits.
    public var number: String
    /// The provider's dialect.
    public var provider: Provider
    /// The base URL of the provider's calls, without a slash at its end.
    public var baseURL: String
    /// The API key or bearer token.
    public var credential: Secret
    /// The values of the keys that only this provider has (``Provider/keys``), secrets left out, by the key's name.
    public var settings: [String: String]

    /// Creates an account. Slashes at the end of `baseURL` are removed; `nil` means the provider's default.
    public init(
        number: String, provider: Provider, baseURL: String? = nil, credential: Secret, settings: [String: String] = [:]
    ) {
        self.number = number
        self.provider = provider
        var base = baseURL ?? provider.defaultBaseURL
        while base.hasSuffix("/") { base.removeLast() }
        self.baseURL = base
        self.credential = credential
        self.settings = settings
    }
}
