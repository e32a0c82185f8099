import JSONText
import Responder

/// The address to which a provider delivers an account's webhooks, and the kinds that it delivers: the settings that
/// 99digital's `setWebhook` takes and its `getWebhook` returns.
public struct WebhookSettings: Sendable, Hashable {
    /// The address; empty if there is none. It may hold a secret.
    public var url: String
    /// Whether `system` hooks are delivered: sends that failed after they were taken.
    public var system: Bool
    /// Whether `update` hooks are delivered: sent, delivered, read.
    public var readStatus: Bool
    /// Whether webhooks that fail are delivered again.
    public var retry: Bool

    /// Creates settings for an address; by default, those by which replyd learns everything.
    public init(url: String, system: Bool = true, readStatus: Bool = true, retry: Bool = true) {
        self.url = url
        self.system = system
        self.readStatus = readStatus
        self.retry = retry
    }

    /// The longest address that is accepted, in bytes.
    private static let urlLimit = 4096

    /// Reads the settings in an answer; returns `nil` if it holds none.
    public init?(_ answer: SendAnswer) {
        guard (200..<300).contains(answer.status), case .accepted = answer.outcome,
            let json = JSON(parsing: answer.body), let url = json["url"]?.text,
            url.utf8.count <= Self.urlLimit
        else { return nil }
        self.init(
            url: String(url.trimmingPrefix { $0.isWhitespace }), system: json["system"]?.integer == 1,
            readStatus: json["readStatus"]?.integer == 1, retry: json["retry"]?.integer == 1)
    }
}

extension Provider {
    /// Whether the provider has calls to ask for webhook settings and to set them. If not, its web pages do it.
    public var hasWebhookCalls: Bool { self == .ninetyNineDigital }
}

extension SendRequest {
    /// Creates a request for the webhook settings of an account whose provider has a call for it.
    public init(webhookOf account: ProviderAccount) {
        self.init("getWebhook", of: account)
    }

    /// Creates a request that sets the webhook of an account whose provider has a call for it.
    public init(setting settings: WebhookSettings, of account: ProviderAccount) {
        self.init("setWebhook", of: account)
        body["url"] = .string(settings.url)
        for (name, value) in [
            ("system", settings.system), ("readStatus", settings.readStatus), ("retry", settings.retry),
        ] {
            body[name] = .integer(value ? 1 : 0)
        }
    }

    /// Creates a request with an empty text to no contact. No provider can send it, and each names the first that it
    /// refuses of key, account and contact, in that order (the sandbox, and the order of `reason` in both documents).
    public init(probing account: ProviderAccount) {
        self.init(.text("", replyTo: nil), from: account, to: "")
        call = .other
    }

    private init(_ call: String, of account: ProviderAccount) {
        self.init(probing: account)
        url = "\(account.baseURL)/\(call)"
        body = body.filter { ["apiKey", "from"].contains($0.key) }
    }
}
