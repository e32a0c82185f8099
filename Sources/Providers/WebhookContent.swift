public import Responder

/// The lines that a webhook may be about.
public struct WebhookLines: Sendable {
    /// The number of the account under which is kept what belongs to no account.
    public var home: String
    /// The numbers of the accounts, by the provider's id of their line; empty if the provider has none, and all is for
    /// ``home``.
    public var accounts: [String: String]

    /// Creates the lines of a webhook.
    public init(home: String, accounts: [String: String] = [:]) {
        self.home = home
        self.accounts = accounts
    }
}

/// The content of a webhook.
public struct WebhookContent: Sendable {
    /// An event of one of our accounts.
    public struct Item: Sendable {
        /// The number of the account.
        public var account: String
        /// The event.
        public var event: WebhookEvent
        /// Its JSON as it came; for an event among many, its own part alone.
        public var payload: String

        /// Creates an event of an account.
        public init(account: String, event: WebhookEvent, payload: String) {
            self.account = account
            self.event = event
            self.payload = payload
        }
    }

    /// The events, in the order in which they are to be taken in.
    public var items: [Item]
    /// What can't be used of the webhook although it is kept, in sentences for people without their full stop; none of
    /// them twice.
    public var complaints: [String]

    /// Creates the content of a webhook.
    public init(items: [Item], complaints: [String] = []) {
        self.items = items
        self.complaints = complaints
    }
}

/// The keys of the configuration that webhooks with a signature go by.
public struct SignedWebhooks: Sendable, Hashable {
    /// The key of the secrets of which one has signed a webhook.
    public var secretKey: String
    /// The key of the words of which the provider shows one to find out whether an address is ours.
    public var verifyKey: String
    /// The key of the provider's id of an account's line.
    public var lineKey: String

    /// Creates a description.
    public init(secretKey: String, verifyKey: String, lineKey: String) {
        self.secretKey = secretKey
        self.verifyKey = verifyKey
        self.lineKey = lineKey
    }
}

/// The ways in which webhooks prove that they come from their provider.
public enum WebhookProof: Sendable, Hashable {
    /// They show the account's `webhook_secret`.
    case key
    /// They are signed, and one may be about several accounts.
    case signature(SignedWebhooks)
}
