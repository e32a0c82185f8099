public import Responder

/// Asks a provider about an account of ours. The requests are sent by a function that is handed in, since nothing here
/// touches the network.
public struct AccountInquiry: Sendable {
    /// A provider's refusal of a question.
    public struct Refused: Error {
        /// What the answer means.
        public var outcome: AttemptOutcome
    }

    /// A key of the configuration without which the provider can't be asked.
    public struct KeyMissing: Error {
        /// The name of the key.
        public var name: String
        /// Where its value is found.
        public var hint: String
    }

    /// The account.
    public var account: ProviderAccount
    /// The secrets that only accounts of this provider have, by their key.
    public var secrets: [String: [Secret]]
    /// Sends a request and returns the answer; throws if none comes.
    public var ask: @Sendable (SendRequest) async throws -> SendAnswer

    /// Creates an inquiry.
    public init(
        _ account: ProviderAccount, secrets: [String: [Secret]] = [:],
        ask: @escaping @Sendable (SendRequest) async throws -> SendAnswer
    ) {
        self.account = account
        self.secrets = secrets
        self.ask = ask
    }

    /// Returns what the provider says of the account. Sends nothing to anybody and changes nothing.
    ///
    /// - Throws: ``Refused``, or the error with which no answer came.
    public func state() async throws -> AccountState {
        try await account.provider.dialect.state(of: self)
    }

    /// Lets the provider deliver everything to that address.
    ///
    /// - Throws: ``Refused``, or the error with which no answer came.
    public func setWebhook(_ address: WebhookAddress) async throws {
        try await account.provider.dialect.setWebhook(address, by: self)
    }

    /// Returns the templates that the provider has for the account; `nil` if it has no call for it.
    ///
    /// - Throws: ``Refused``, ``KeyMissing``, or the error with which no answer came.
    public func templates() async throws -> [ProviderTemplate]? {
        try await account.provider.dialect.templates(for: self)
    }
}

extension AccountInquiry {
    /// Returns the answer to a request that the provider accepts.
    ///
    /// - Throws: ``Refused``, or the error with which no answer came.
    func accepted(_ request: SendRequest) async throws -> SendAnswer {
        let answer = try await ask(request)
        let outcome = request.outcome(of: answer)
        guard outcome.refusal == nil else { throw Refused(outcome: outcome) }
        return answer
    }
}
