import Crypto
import Hummingbird
import Providers

/// The address of webhooks of one provider: `/webhook/NUMBER`, or `/webhook/PROVIDER` for all accounts of a provider that
/// has one address for them.
struct WebhookEntrance: Sendable {
    /// The provider whose webhooks come here.
    let provider: Provider
    /// The number in the address; `nil` if it is that of all accounts.
    let number: String?
    /// The accounts that webhooks may be about.
    let accounts: [Configuration.Account]
    /// The proof of webhooks that show a key.
    let authorizer: WebhookAuthorizer
    private let signed: SignedWebhooks?

    /// Creates the entrances of all accounts, by the last part of their address.
    static func all(_ accounts: [Configuration.Account]) -> [String: WebhookEntrance] {
        var entrances: [String: WebhookEntrance] = [:]
        for account in accounts {
            let provider = account.endpoint.provider
            guard case .signature(let signed) = provider.webhookProof else {
                entrances[account.number] = WebhookEntrance(
                    provider: provider, number: account.number, accounts: [account],
                    authorizer: WebhookAuthorizer(account.webhookSecret), signed: nil)
                continue
            }
            let all = accounts.filter { $0.endpoint.provider == provider }
            for (word, number) in [(account.number, account.number), (provider.rawValue, nil)] {
                entrances[word] = WebhookEntrance(
                    provider: provider, number: number, accounts: all, authorizer: WebhookAuthorizer(nil),
                    signed: signed)
            }
        }
        return entrances
    }

    /// Whether webhooks are signed, instead of showing a key.
    var isSigned: Bool { signed != nil }

    /// The number under which log and metrics count what comes here.
    var name: String { number ?? accounts.first?.number ?? "" }

    /// What to do about webhooks that prove nothing.
    var remedy: String {
        guard let signed else {
            return
                "Check the address that the provider has against `webhook_secret`, `allow_from` and `trusted_proxies`."
        }
        return
            "Check `\(signed.secretKey)` and `\(signed.verifyKey)` against the app's settings, and `allow_from` and `trusted_proxies`."
    }

    /// Returns the lines that a webhook may be about: those of the accounts with the secret that has signed it. A secret of
    /// one customer's app must not write in the name of another's contacts.
    ///
    /// - Parameters:
    ///   - body: The body, as it came.
    ///   - signature: The value of the header with the signature.
    ///   - accounts: The accounts whose webhooks may come from where this one has come from.
    /// - Returns: The lines; `nil` if the signature is missing or wrong.
    func lines(of body: [UInt8], signature: String?, among accounts: [Configuration.Account]) -> WebhookLines? {
        guard let signed else { return WebhookLines(home: name) }
        guard let signature = signature.flatMap(WebhookSignature.init) else { return nil }
        var tried: [Secret: Bool] = [:]
        let admitted = accounts.filter { account in
            (account.secrets[signed.secretKey] ?? []).contains { secret in
                if let known = tried[secret] { return known }
                let isValid = signature.isValid(of: body, by: secret)
                tried[secret] = isValid
                return isValid
            }
        }
        guard let home = number ?? admitted.first?.number, admitted.contains(where: { $0.number == home }) else {
            return nil
        }
        let pairs = admitted.compactMap { account in
            account.endpoint.settings[signed.lineKey].map { ($0, account.number) }
        }
        return WebhookLines(home: home, accounts: Dictionary(pairs, uniquingKeysWith: { first, _ in first }))
    }

    /// Whether one of the words by which a provider finds out whose an address is, is right.
    func isVerified(by word: String) -> Bool {
        guard let signed else { return false }
        // All are compared, whatever comes of the first.
        return accounts.filter { number == nil || $0.number == number }.flatMap { $0.secrets[signed.verifyKey] ?? [] }
            .reduce(false) { WebhookAuthorizer($1).admits(word) || $0 }
    }
}
