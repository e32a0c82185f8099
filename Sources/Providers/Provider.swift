/// The dialects of the WhatsApp engine that both providers front.
public enum Provider: String, Sendable, Hashable, CaseIterable {
    /// 99digital (`99digital-send-message.txt`).
    case ninetyNineDigital = "99digital"
    /// 019sms (`019sms-send-message.md`).
    case sms019 = "019sms"
    /// 019sms by its current public documentation.
    case sms019v2 = "019sms-v2"

    /// Where the provider's calls live, unless the configuration says otherwise.
    public var defaultBaseURL: String {
        switch self {
        case .ninetyNineDigital: "https://api.99digital.co.il/whatsapp/v2"
        case .sms019: "https://019sms.co.il/api/whatsapp"
        case .sms019v2: "https://019sms.co.il/whatsapp-api"
        }
    }

    /// The last part of the address of the call that sends text.
    public var textPath: String {
        self == .sms019v2 ? "send-whatsapp-message" : "sendMessage"
    }

    /// The last part of the address of the call that sends a template.
    public var templatePath: String {
        self == .sms019v2 ? "send-whatsapp-template" : "sendTemplate"
    }
}

/// A credential. It shows as `•••` wherever it is printed; only ``reveal()`` gives it away.
public struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// Wraps a credential.
    public init(_ value: String) {
        self.value = value
    }

    /// The credential itself: for the request to the provider, and nothing else.
    public func reveal() -> String { value }

    public var description: String { "•••" }
    public var debugDescription: String { "•••" }
    public var customMirror: Mirror { Mirror(self, children: []) }
}

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
