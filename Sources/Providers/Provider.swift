/// The dialects of the WhatsApp engine that both providers front.
public enum Provider: String, Sendable, Hashable, CaseIterable {
    /// 99digital (`99digital-send-message.txt`).
    case ninetyNineDigital = "99digital"
    /// 019sms (`019sms-send-message.md`).
    case sms019 = "019sms"
    /// 019sms by its current public documentation.
    case sms019v2 = "019sms-v2"

    /// The base URL of the provider's calls, unless the configuration names another.
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
