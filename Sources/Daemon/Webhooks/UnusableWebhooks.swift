import Hummingbird
import Responder

/// Webhooks that have the right key and still can't be used, since the last event of this kind: at one provider people
/// type the address by hand.
public struct UnusableWebhooks: Sendable {
    /// The account whose key they have.
    public var account: String
    /// What is wrong with them, and what would be right, in a sentence without its full stop. Never contains a key.
    public var because: String
    /// The number of webhooks.
    public var count: Int
}

/// Finds and counts webhooks that can't be used although they have the right key.
struct UnusableWebhookCheck: Sendable {
    /// The longest part of a path that is repeated, in Unicode scalars.
    private static let pathLimit = 80

    let authorizers: [String: WebhookAuthorizer]
    let repeats: RepeatLimiter
    let observe: @Sendable (DaemonEvent) -> Void

    /// Reports a request that came to an address where there is no webhook, if it has the key of an account.
    func check(_ request: Request, key: String?) {
        guard request.method == .post else { return }
        // Who puts the key into the path as well shows it to nobody here.
        let open = key.map { $0.isEmpty ? request.uri.path : request.uri.path.replacing($0, with: "…") }
        let path = String(
            String.UnicodeScalarView((open ?? request.uri.path).unicodeScalars.prefix(Self.pathLimit))
        ).printable
        let accounts = authorizers.filter { $0.value.hasSecret && $0.value.admits(key) }.keys.sorted()
        // Several accounts may share a key.
        guard let account = accounts.first(where: path.contains) ?? accounts.first else { return }
        report(account, "its address is '\(path)' and must be '/webhook/\(account)'")
    }

    /// Reports a webhook of an account that can't be read.
    func report(_ account: String, _ because: String) {
        // An id that nobody knows may be another each time.
        let kind = String(String.UnicodeScalarView(because.unicodeScalars.filter { !("0"..."9").contains($0) }))
        guard let count = repeats.record("\(account) \(kind)") else { return }
        observe(.unusable(UnusableWebhooks(account: account, because: because, count: count)))
    }
}
