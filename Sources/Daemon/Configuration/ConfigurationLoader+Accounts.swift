import Foundation
import Providers
import Responder
import RuleFiles

extension ConfigurationLoader {
    func account(_ draft: AccountDraft, folder: String, _ reader: Reader) -> Configuration.Account? {
        if let number = draft.number,
            WrittenNumber(number.value)?.whole(at: "") != number.value || !(5...20).contains(number.value.utf8.count)
        {
            let meant = WrittenNumber(number.value)?.whole(at: "").utf8.count ?? 0
            reader.error(
                number.node.range, "'\(number.node.shown)' is no account number",
                hint: (5...20).contains(meant)
                    ? "write \(WrittenNumber(number.value)?.whole(at: "") ?? "")"
                    : "international digits without + or spaces, like 972771234567"
            )
        }
        if !draft.given.contains("number") {
            reader.error(
                draft.range, "an account needs a 'number'", hint: "the number to answer from, like 972771234567")
        }
        if !draft.given.contains("provider") {
            reader.error(
                draft.range, "an account needs a 'provider'",
                hint: "one of: \(Provider.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        let key = secret("api_key", draft.apiKey, draft.apiKeyFile, draft.given, folder: folder, reader)
        if draft.given.isDisjoint(with: ["api_key", "api_key_file"]) {
            reader.error(
                draft.range, "an account needs an 'api_key'",
                hint: "write api_key: ${NAME} and set NAME in the environment")
        }
        let isSigned = draft.provider.map { $0.webhookProof != .key } ?? false
        if isSigned { refuseKey(draft, reader) }
        let secret = secret(
            "webhook_secret", draft.webhookSecret, draft.webhookSecretFile, draft.given, folder: folder, reader)
        let isOpen = draft.given.isDisjoint(with: ["webhook_secret", "webhook_secret_file"])
        // A switch that is given but wrong has its own error already.
        if isOpen, !isSigned, draft.provider != nil || !draft.given.contains("app_secret"),
            !(draft.isInsecureAllowed ?? draft.given.contains("allow_insecure"))
        {
            reader.error(
                draft.range, "an account needs a 'webhook_secret': without one anybody can write in a contact's name",
                hint: "set one, or write 'allow_insecure: true' for a trial"
            )
        }
        if secrets == .required, let secret, secret.reveal().utf8.count < 12, !isOpen {
            let node = draft.webhookSecret?.node ?? draft.webhookSecretFile?.node
            reader.warning(
                node?.range ?? draft.range, "this secret is short enough to be guessed",
                hint: "make one with: openssl rand -hex 24")
        }
        let own = draft.provider.map { providerSecrets($0, draft, folder: folder, reader) }
        guard let number = draft.number?.value, let provider = draft.provider, let key, let own else { return nil }
        var account = Configuration.Account(
            endpoint: ProviderAccount(
                number: number, provider: provider, baseURL: draft.baseURL, credential: key,
                settings: draft.settings.mapValues(\.value)),
            webhookSecret: secret
        )
        account.secrets = own
        account.keyPlace =
            draft.apiKeyFile.map { .file(resolve($0.value, in: folder)) } ?? draft.apiKey.map(Self.place)
        account.allowFrom = draft.allowFrom?.value ?? []
        account.rate = draft.rate
        account.timeout = draft.timeout ?? account.timeout
        account.onUnknown = draft.onUnknown ?? account.onUnknown
        account.triesShutWindow = draft.triesShutWindow == .try
        account.budget = draft.budget
        account.prices = draft.prices
        account.marksRead = draft.marksRead?.value ?? false
        if account.marksRead, !provider.marksRead, let node = draft.marksRead?.node {
            reader.warning(
                node.range, "\(provider.rawValue) has no call for this: messages are not marked as read",
                hint: "remove it")
        }
        account.choices = draft.choices ?? account.choices
        return account
    }

    /// Records errors about what proves nothing at a provider that signs its webhooks.
    private func refuseKey(_ draft: AccountDraft, _ reader: Reader) {
        let name = draft.provider?.rawValue ?? ""
        for key in ["webhook_secret", "webhook_secret_file", "allow_insecure"] where draft.given.contains(key) {
            let node = key == "webhook_secret" ? draft.webhookSecret?.node : draft.webhookSecretFile?.node
            reader.error(
                key == "allow_insecure" ? draft.range : node?.range ?? draft.range,
                "\(name) signs its webhooks: '\(key)' means nothing there", hint: "remove it")
        }
    }

    /// Checks the keys that only accounts of some providers have, and returns their secrets by key.
    private func providerSecrets(
        _ provider: Provider, _ draft: AccountDraft, folder: String, _ reader: Reader
    ) -> [String: [Secret]] {
        let keys = provider.keys
        for (name, node) in draft.settings.mapValues(\.node).merging(
            draft.secrets.compactMapValues { $0.first?.node }, uniquingKeysWith: { first, _ in first }
        ).sorted(by: { $0.key < $1.key })
        where !keys.contains(where: { name == $0.name || name == "\($0.name)_file" }) {
            reader.error(node.range, "an account at \(provider.rawValue) has no '\(name)'", hint: "remove it")
        }
        var secrets: [String: [Secret]] = [:]
        for key in keys {
            let file = "\(key.name)_file"
            if key.isRequired, draft.given.isDisjoint(with: [key.name, file]) {
                reader.error(
                    draft.range, "an account at \(provider.rawValue) needs a '\(key.name)'", hint: key.hint)
            }
            guard key.kind == .secrets else { continue }
            let direct = (draft.secrets[key.name] ?? []).compactMap {
                secret(key.name, $0, nil, draft.given, folder: folder, reader)
            }
            let inFiles = (draft.secrets[file] ?? []).compactMap {
                secret(key.name, nil, $0, draft.given, folder: folder, reader)
            }
            secrets[key.name] = direct + inFiles
        }
        return secrets
    }
}
