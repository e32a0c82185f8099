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

    /// Everything that replyd knows of the provider.
    var dialect: any Dialect {
        switch self {
        case .ninetyNineDigital: NinetyNineDigital()
        case .sms019: SMS019()
        case .sms019v2: SMS019v2()
        }
    }

    /// The base URL of the provider's calls, unless the configuration names another.
    public var defaultBaseURL: String { dialect.defaultBaseURL }

    /// The kinds of messages that the provider's lines can show.
    public var abilities: LineAbilities { dialect.abilities }
}
