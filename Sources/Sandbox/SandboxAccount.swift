public import JSONText

/// An account at the stand-in provider.
public struct SandboxAccount: Sendable {
    /// The number of the account.
    public var number: String
    /// The API key or bearer token of the account; `nil` if any key is accepted.
    public var key: String?
    /// The address that webhooks are posted to; `nil` until `setWebhook`.
    public var webhook: String?
    /// Whether `system` hooks are sent.
    public var sendsSystem = true
    /// Whether `update` hooks are sent.
    public var sendsStatus = true
    /// Whether webhooks that fail are sent again.
    public var retries = true
    /// The line of the account at Meta, whose webhooks then come in Meta's form; `nil` for the resellers.
    public var meta: MetaLine?
    /// The templates that the provider lists, in its own form.
    public var templates: [JSON] = []

    /// A line at Meta.
    public struct MetaLine: Sendable {
        /// The id of the number.
        public var phoneNumberID: String
        /// The secret with which webhooks are signed.
        public var appSecret: String

        /// Creates a line.
        public init(phoneNumberID: String, appSecret: String) {
            self.phoneNumberID = phoneNumberID
            self.appSecret = appSecret
        }
    }

    /// Creates an account that sends all hooks and retries webhooks that fail.
    public init(number: String, key: String? = nil, webhook: String? = nil, meta: MetaLine? = nil) {
        self.number = number
        self.key = key
        self.webhook = webhook
        self.meta = meta
    }
}
