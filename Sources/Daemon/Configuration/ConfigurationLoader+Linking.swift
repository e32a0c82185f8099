import Foundation
import Providers
import Responder
import RuleFiles

extension ConfigurationLoader {
    func link(_ draft: ConfigurationDraft, _ reader: Reader) -> Configuration? {
        let top = SourceRange(line: 1, column: 1)
        if !draft.given.contains("rules") {
            reader.error(top, "'rules' is missing", hint: "a file or folder with the rules")
        }
        if !draft.given.contains("accounts") {
            reader.error(top, "'accounts' is missing", hint: "list the WhatsApp numbers to answer from")
        }
        // This is checked even if there is no account, so that all errors are reported at once.
        let expired = draft.expired.flatMap { RuleSections.template($0, reader) }
        let accounts = draft.accounts ?? []
        var seen: [String: SourceRange] = [:]
        for account in accounts {
            guard let number = account.number else { continue }
            if let first = seen[number.value] {
                reader.error(
                    number.node.range, "the account \(number.node.shown) stands twice",
                    hint: "first in line \(first.line)")
            }
            seen[number.value] = seen[number.value] ?? number.node.range
        }
        checkLines(accounts, reader)
        let folder = (reader.file.path as NSString).deletingLastPathComponent
        var configuration = Configuration(
            database: resolve(draft.database ?? "replyd.sqlite", in: folder),
            rules: resolve(draft.rules ?? "", in: folder),
            accounts: accounts.compactMap { account($0, folder: folder, reader) }
        )
        if let listen = draft.listen { configuration.listen = listen }
        linkSources(draft, to: &configuration, reader)
        linkAdmin(draft, to: &configuration, folder: folder, reader)
        if let maxAge = draft.maxAge { configuration.maxAge = maxAge }
        if let pause = draft.takeoverPause { configuration.takeoverPause = pause }
        if let retention = draft.retention {
            if retention.value < .days(3) {
                reader.error(
                    retention.node.range, "less than three days would forget messages that may come again",
                    hint: "3d is the least, 90d is usual")
            }
            configuration.retention = retention.value
        }
        if let guardDraft = draft.loopGuard {
            let usual = LoopGuard()
            configuration.loopGuard =
                guardDraft.isOff
                ? nil
                : LoopGuard(
                    answers: guardDraft.answers ?? usual.answers, within: guardDraft.within ?? usual.within,
                    pause: guardDraft.pause ?? usual.pause, sameText: guardDraft.sameText ?? usual.sameText)
        }
        if let level = draft.logLevel { configuration.logLevel = level }
        if let limit = draft.memoryLimit {
            checkMemory(limit, accounts, reader)
            configuration.memoryLimit = limit.value
        }
        configuration.expired = expired
        return configuration
    }

    /// Records an error if the largest webhooks of a provider would never fit.
    private func checkMemory(_ limit: Located<Int>, _ accounts: [AccountDraft], _ reader: Reader) {
        let largest = accounts.compactMap(\.provider).max { $0.webhookLimit < $1.webhookLimit }
        guard let largest, largest.webhookLimit > WebhookResponder.bodyLimit else { return }
        // Half is for webhooks, of which each is held several times; as much again for the others.
        let least = 2 * OpenConnections.copies * largest.webhookLimit + 8 << 20
        guard limit.value < least else { return }
        reader.error(
            limit.node.range,
            "'max_memory' is at least \(least >> 20)MiB with an account at \(largest.rawValue), whose webhooks have up to \(largest.webhookLimit >> 20) MiB",
            hint: "256MiB is usual")
    }

    /// Records an error if two accounts have the same line at their provider.
    private func checkLines(_ accounts: [AccountDraft], _ reader: Reader) {
        var seen: [String: SourceRange] = [:]
        for account in accounts {
            guard let name = account.provider?.lineKey, let line = account.settings[name] else { continue }
            if let first = seen[line.value] {
                reader.error(
                    line.node.range, "the \(name) \(line.node.shown) stands twice", hint: "first in line \(first.line)")
            }
            seen[line.value] = seen[line.value] ?? line.node.range
        }
    }

    /// The code of warnings about secrets that every user of the machine may read.
    public static let openSecret = "open-secret"

    /// Warns of secrets in a configuration file that every user of the machine may read.
    func warnOfSecrets(_ draft: ConfigurationDraft, _ reader: Reader) {
        guard isOpen(reader.file.path) else { return }
        let accounts = draft.accounts ?? []
        let secrets =
            accounts.flatMap { account in
                let own = account.secrets.filter { !$0.key.hasSuffix("_file") }.values.flatMap { $0.map(Optional.some) }
                return [account.apiKey, account.webhookSecret] + own
            }
            + [draft.adminToken, draft.alertURL]
        // `written` is set if the value is from the environment, and so not in the file.
        for secret in secrets.compactMap({ $0 }) where secret.node.written == nil {
            let elsewhere =
                secret.node.range == draft.alertURL?.node.range
                ? "take it from the environment: alert_url: ${ALERT_URL}"
                : "keep it in a file of its own, like api_key_file"
            reader.warning(
                secret.node.range, "everybody on this machine can read this secret",
                hint: "chmod 640 \(reader.file.path), with the group that replyd runs as; or \(elsewhere)",
                code: Self.openSecret)
        }
    }

    private func linkSources(_ draft: ConfigurationDraft, to configuration: inout Configuration, _ reader: Reader) {
        if let proxies = draft.trustedProxies {
            configuration.trustedProxies = proxies.value
            if proxies.value.contains(where: \.isEverybody) {
                reader.warning(
                    proxies.node.range, "everybody is trusted to say where a request came from",
                    hint: "name the proxy alone, such as 127.0.0.1")
            }
        }
        guard draft.trustedProxies == nil, let loopback = PeerAddress(configuration.listen.host),
            loopback.isLoopback
        else { return }
        for sources in (draft.accounts ?? []).compactMap(\.allowFrom)
        where !sources.value.isEmpty && !sources.value.contains(loopback) {
            reader.warning(
                sources.node.range,
                "replyd listens to this machine alone, so that no webhook comes from there but through a proxy",
                hint: "name the proxy: trusted_proxies: [\(loopback)]")
        }
    }

    private func linkAdmin(
        _ draft: ConfigurationDraft, to configuration: inout Configuration, folder: String, _ reader: Reader
    ) {
        configuration.alertURL = draft.alertURL.map { Secret($0.value) }
        configuration.adminToken = secret(
            "admin_token", draft.adminToken, draft.adminTokenFile, draft.given, folder: folder, reader)
        let tokenNode = draft.adminToken?.node ?? draft.adminTokenFile?.node
        if secrets == .required, let token = configuration.adminToken?.reveal().utf8, let node = tokenNode {
            if !token.allSatisfy({ (0x21...0x7E).contains($0) }) {
                reader.error(
                    node.range, "the admin token holds signs that no request can carry",
                    hint: "ASCII letters, digits and signs alone; make one with: openssl rand -hex 24")
            } else if token.count < 16 {
                reader.error(
                    node.range, "the admin token is short enough to be guessed, and opens every conversation",
                    hint: "16 characters at least; make one with: openssl rand -hex 24")
            }
        }
        guard let admin = draft.admin else {
            if let node = tokenNode, !draft.given.contains("admin") {
                reader.warning(
                    node.range, "nothing is behind this token: 'admin' is missing", hint: "admin: 127.0.0.1:8081")
            }
            return
        }
        configuration.admin = admin.value
        if admin.value.overlaps(configuration.listen) {
            reader.error(
                admin.node.range, "webhooks are taken at this address, and everybody may reach it",
                hint: "choose another port, such as 8081")
        }
        if draft.given.isDisjoint(with: ["admin_token", "admin_token_file"]), !admin.value.isLoopback {
            reader.error(
                admin.node.range, "other machines reach this address, and there is no 'admin_token'",
                hint: "set one, made with: openssl rand -hex 24; or listen on 127.0.0.1")
        }
    }

    func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    }
}
