import JSONText
import Responder

/// Everything that replyd knows of a provider: how it is asked to send, what its answers mean, and what its webhooks say.
/// Pure; nothing here touches the network. <doc:AddingAProvider> says how another one is added.
protocol Dialect: Sendable {
    /// The base URL of the provider's calls, without a slash at its end.
    var defaultBaseURL: String { get }

    /// The kinds of messages that the provider's lines can show.
    var abilities: LineAbilities { get }

    /// The keys that an account of this provider has in the configuration beside those that every account has.
    var keys: [AccountKey] { get }

    /// The way in which the provider's webhooks prove that they come from it.
    var webhookProof: WebhookProof { get }

    /// The largest body of a webhook, in bytes.
    var webhookLimit: Int { get }

    /// The figures that the provider gives as reasons.
    var reasons: Set<Int> { get }

    /// Returns the request that sends a message from an account to an address. A message that ``abilities`` rules out
    /// comes as text.
    ///
    /// - Parameter mark: The mark of the attempt, which a provider that can do so gives back in every report.
    func request(
        _ message: ProviderMessage, from account: ProviderAccount, to address: String, mark: AttemptMark?
    ) -> SendRequest

    /// Whether the provider has a call that marks messages as read.
    var marksRead: Bool { get }

    /// Returns the request that marks a message as read; `nil` if the provider has none.
    ///
    /// - Parameter isTyping: Whether it is shown that an answer is being typed, if the provider can show it.
    func request(markingAsRead message: Message, isTyping: Bool, from account: ProviderAccount) -> SendRequest?

    /// Whether the provider tells for how long the window of a contact is open.
    var tellsWindows: Bool { get }

    /// Returns the request for the window of a contact; `nil` if the provider has none. Its answer counts as accepted, with
    /// the minutes that are left.
    func request(forWindowOf address: String, from account: ProviderAccount) -> SendRequest?

    /// Returns the outcome that an answer to a call means.
    func outcome(of answer: SendAnswer, to call: SendRequest.Call) -> AttemptOutcome

    /// Whether the provider has calls to ask for webhook settings and to set them.
    var tellsWebhooks: Bool { get }

    /// Returns what the provider says of an account.
    func state(of inquiry: AccountInquiry) async throws -> AccountState

    /// Lets the provider deliver everything to that address, if it ``tellsWebhooks``.
    func setWebhook(_ address: WebhookAddress, by inquiry: AccountInquiry) async throws

    /// Returns the templates that the provider has for an account; `nil` if it has no call for it.
    func templates(for inquiry: AccountInquiry) async throws -> [ProviderTemplate]?

    /// Reads the body of a webhook, which is for one or several lines.
    ///
    /// - Throws: `WebhookEvent.ParseError` if there is nothing in it that can be kept.
    func read(
        webhook body: [UInt8], of lines: WebhookLines, at now: Timestamp
    ) throws(WebhookEvent.ParseError) -> WebhookContent
}

extension Dialect {
    var keys: [AccountKey] { [] }
    var webhookProof: WebhookProof { .key }
    var webhookLimit: Int { 256 << 10 }

    var marksRead: Bool { false }

    func request(markingAsRead message: Message, isTyping: Bool, from account: ProviderAccount) -> SendRequest? { nil }

    var tellsWindows: Bool { false }

    func request(forWindowOf address: String, from account: ProviderAccount) -> SendRequest? { nil }

    var tellsWebhooks: Bool { false }

    /// Asks with a text to nobody: each provider names the first that it refuses of key, account and contact.
    func state(of inquiry: AccountInquiry) async throws -> AccountState {
        let probe = SendRequest(probing: inquiry.account)
        let outcome = probe.outcome(of: try await inquiry.ask(probe))
        guard case .permanent(let refusal) = outcome, [4, 5].contains(refusal.reason) else {
            throw AccountInquiry.Refused(outcome: outcome)
        }
        return AccountState(webhook: nil)
    }

    func setWebhook(_ address: WebhookAddress, by inquiry: AccountInquiry) async throws {}

    func templates(for inquiry: AccountInquiry) async throws -> [ProviderTemplate]? { nil }
}

extension SendRequest {
    /// Creates a request with an empty text to no contact. No provider can send it, and each names the first that it
    /// refuses of key, account and contact, in that order (the sandbox, and the order of `reason` in both documents).
    init(probing account: ProviderAccount) {
        self.init(.text("", replyTo: nil), from: account, to: "")
        call = .other
    }
}
