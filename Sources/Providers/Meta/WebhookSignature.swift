import Crypto

/// The signature of a webhook: `X-Hub-Signature-256: sha256=…`, the HMAC-SHA256 of its bytes with the app's secret.
public struct WebhookSignature: Sendable {
    /// The name of the header that holds it.
    public static let header = "X-Hub-Signature-256"

    private let code: [UInt8]

    /// Reads the value of the header; returns `nil` if it is no signature.
    public init?(_ header: String) {
        let prefix = "sha256="
        guard header.lowercased().hasPrefix(prefix) else { return nil }
        let digits = Array(header.utf8.dropFirst(prefix.utf8.count))
        guard digits.count == 64 else { return nil }
        var code: [UInt8] = []
        for place in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[place]), let low = Self.value(digits[place + 1]) else { return nil }
            code.append(high << 4 | low)
        }
        self.code = code
    }

    /// Whether the body was signed with the secret. The time that this takes tells nothing about the secret.
    public func isValid(of body: [UInt8], by secret: Secret) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: body, using: SymmetricKey(data: Array(secret.reveal().utf8)))
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}
