public import Responder

/// The providers that replyd speaks to. This is where a provider is registered; all that replyd knows of it is in its
/// ``Dialect``.
public enum Provider: String, Sendable, Hashable, CaseIterable {
    /// 99digital (`99digital-send-message.txt`).
    case ninetyNineDigital = "99digital"
    /// 019sms (`019sms-send-message.md`).
    case sms019 = "019sms"
    /// 019sms by its current public documentation.
    case sms019v2 = "019sms-v2"
    /// Meta's Cloud API, without a reseller.
    case meta

    /// Everything that replyd knows of the provider.
    var dialect: any Dialect {
        switch self {
        case .ninetyNineDigital: NinetyNineDigital()
        case .sms019: SMS019()
        case .sms019v2: SMS019v2()
        case .meta: Meta()
        }
    }

    /// The base URL of the provider's calls, unless the configuration names another.
    public var defaultBaseURL: String { dialect.defaultBaseURL }

    /// The kinds of messages that the provider's lines can show.
    public var abilities: LineAbilities { dialect.abilities }

    /// The figures that the provider gives as reasons for what it does not send.
    public var reasons: Set<Int> { dialect.reasons }

    /// Whether the provider has a call that marks messages as read.
    public var marksRead: Bool { dialect.marksRead }

    /// Whether the provider tells for how long the window of a contact is open.
    public var tellsWindows: Bool { dialect.tellsWindows }

    /// The keys that an account of this provider has in the configuration beside those that every account has.
    public var keys: [AccountKey] { dialect.keys }

    /// The way in which the provider's webhooks prove that they come from it.
    public var webhookProof: WebhookProof { dialect.webhookProof }

    /// The key of the configuration with the provider's id of an account's line; `nil` if a webhook is about one account
    /// alone.
    public var lineKey: String? {
        if case .signature(let signed) = webhookProof { return signed.lineKey }
        return nil
    }

    /// The largest body of a webhook, in bytes.
    public var webhookLimit: Int { dialect.webhookLimit }

    /// Reads the body of a webhook, which is for one or several lines.
    ///
    /// - Parameter now: The moment of arrival: it stands in for a timestamp that is missing, unreadable or over five
    ///   minutes ahead.
    /// - Throws: `WebhookEvent.ParseError` if there is nothing in it that can be kept.
    public func read(
        webhook body: [UInt8], of lines: WebhookLines, at now: Timestamp
    ) throws(WebhookEvent.ParseError) -> WebhookContent {
        try dialect.read(webhook: body, of: lines, at: now)
    }
}
