import Crypto
import Providers

/// Compares the key that a caller shows with an account's webhook secret, in a time that tells nothing about the
/// secret. The admin token is compared in the same way.
struct WebhookAuthorizer: Sendable {
    private let digest: SHA256.Digest?

    init(_ secret: Secret?) {
        digest = secret.map { SHA256.hash(data: Array($0.reveal().utf8)) }
    }

    /// Whether callers must show a key.
    var hasSecret: Bool { digest != nil }

    /// Whether the caller may go on; without a secret every caller may.
    func admits(_ key: String?) -> Bool {
        guard let digest else { return true }
        // Digests are compared in constant time; hashing first hides the length as well.
        return SHA256.hash(data: Array((key ?? "").utf8)) == digest && key != nil
    }
}
