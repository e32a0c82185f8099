import Foundation
import Logging
import Providers
import Responder
import RuleFiles

/// A configuration file as written.
struct ConfigurationDraft {
    /// The keys that are given, be their values right or wrong.
    var given: Set<String> = []
    var listen: Configuration.Address?
    var admin: Located<Configuration.Address>?
    var adminToken: Located<String>?
    var adminTokenFile: Located<String>?
    var trustedProxies: Located<[AddressRange]>?
    var database: String?
    var rules: String?
    var expired: RuleSections.ConfiguredExpired?
    var alertURL: Located<String>?
    var logLevel: Logger.Level?
    var maxAge: Duration?
    var takeoverPause: Duration?
    var retention: Located<Duration>?
    var loopGuard: LoopGuardDraft?
    var memoryLimit: Located<Int>?
    var accounts: [AccountDraft]?
}

/// `loop_guard:` as written.
struct LoopGuardDraft {
    var isOff = false
    var answers: Int?
    var within: Duration?
    var pause: Duration?
    var sameText: Int?
}

/// An account as written.
struct AccountDraft {
    var range: SourceRange
    /// The keys that are given, be their values right or wrong.
    var given: Set<String> = []
    var number: Located<String>?
    var provider: Provider?
    var baseURL: String?
    var apiKey: Located<String>?
    var apiKeyFile: Located<String>?
    var webhookSecret: Located<String>?
    var webhookSecretFile: Located<String>?
    var isInsecureAllowed: Bool?
    var allowFrom: Located<[AddressRange]>?
    var rate: Double?
    var timeout: Duration?
    var onUnknown: UnknownPolicy?
    var choices: Configuration.ChoiceStyle?
    var triesShutWindow: WindowUse?
    var marksRead: Located<Bool>?
    var budget: Budget?
    var prices: Prices?
    /// The values of the keys that only some providers have, by key.
    var settings: [String: Located<String>] = [:]
    /// The secrets of the keys that only some providers have, by key, and the paths of files with such secrets.
    var secrets: [String: [Located<String>]] = [:]

    /// The use of a window that has shut by our clock.
    enum WindowUse: String, CaseIterable {
        /// It is left alone.
        case keep
        /// Text is tried once, for as long again.
        case `try`
    }
}

/// The keys of the configuration, each with the type of its value.
enum ConfigurationSections {
    static let file = Section<ConfigurationDraft>(
        "the configuration",
        [
            Field("listen", address, to: \.listen),
            Field("admin", address.located, to: \.admin),
            Field("admin_token", Value<String>.filled.located, to: \.adminToken),
            Field("admin_token_file", Value<String>.filled.located, to: \.adminTokenFile),
            Field("trusted_proxies", sources.oneOrMore.located, to: \.trustedProxies),
            Field("database", .filled, to: \.database),
            Field("rules", .filled, to: \.rules),
            Field("expired", RuleSections.configuredExpired, to: \.expired),
            Field("alert_url", webLink.located, to: \.alertURL),
            Field("log_level", .oneOf("a level of the log"), to: \.logLevel),
            Field("max_age", .duration, to: \.maxAge),
            Field("takeover_pause", .duration, to: \.takeoverPause),
            Field("retention", Value<Duration>.duration.located, to: \.retention),
            Field("loop_guard", loopGuard, to: \.loopGuard),
            Field("max_memory", memory.located, to: \.memoryLimit),
            Field("accounts", accounts, to: \.accounts),
        ])

    private static let loopGuardKeys = Section<LoopGuardDraft>(
        "loop_guard",
        [
            Field("answers", .integer(in: 1...Memory.answersKept), to: \.answers),
            Field("within", .duration, to: \.within),
            Field("pause", .duration, to: \.pause),
            Field("same_text", .integer(in: 2...100), to: \.sameText),
        ])

    private static let loopGuard = Value<LoopGuardDraft> { node, reader in
        var draft = LoopGuardDraft()
        if case .scalar("off", _) = node.content {
            draft.isOff = true
            return draft
        }
        loopGuardKeys.read(node, into: &draft, reader)
        return draft
    }

    private static let account = Section<AccountDraft>(
        "an account",
        [
            Field("number", Value<String>.string.located, to: \.number),
            Field("provider", .oneOf("a provider"), to: \.provider),
            Field("base_url", link, to: \.baseURL),
            Field("api_key", Value<String>.filled.located, to: \.apiKey),
            Field("api_key_file", Value<String>.filled.located, to: \.apiKeyFile),
            Field("webhook_secret", Value<String>.filled.located, to: \.webhookSecret),
            Field("webhook_secret_file", Value<String>.filled.located, to: \.webhookSecretFile),
            Field("allow_insecure", .boolean, to: \.isInsecureAllowed),
            Field("allow_from", sources.oneOrMore.located, to: \.allowFrom),
            Field("rate", rate, to: \.rate),
            Field("timeout", timeout, to: \.timeout),
            Field("on_unknown", .oneOf("a policy for unknown outcomes"), to: \.onUnknown),
            Field("choices", .oneOf("a way to show choices"), to: \.choices),
            Field("window", .oneOf("a use of a window that has shut"), to: \.triesShutWindow),
            Field("mark_read", Value<Bool>.boolean.located, to: \.marksRead),
            Field("budget", budget, to: \.budget),
            Field("prices", prices, to: \.prices),
        ] + providerKeys.flatMap(fields))

    /// The keys that accounts of some providers have beside those of all, each once.
    static let providerKeys: [AccountKey] = Provider.allCases.flatMap(\.keys).reduce(into: []) { keys, key in
        if !keys.contains(where: { $0.name == key.name }) { keys.append(key) }
    }

    private static func fields(of key: AccountKey) -> [Field<AccountDraft>] {
        switch key.kind {
        case .text(let signs, let likeness):
            let value = Value<String>.filled.map { text, node, reader -> String? in
                if text.allSatisfy(signs.contains), text.utf8.count <= 64 { return text }
                reader.error(
                    node.range, "'\(node.shown)' is no \(key.name)",
                    hint: "it is written like \(likeness); \(key.hint)")
                return nil
            }
            return [Field(key.name, value.located) { $0.settings[key.name] = $1 }]
        case .secrets:
            return [key.name, "\(key.name)_file"].map { name in
                Field(name, Value<String>.filled.located.oneOrMore) { $0.secrets[name] = $1 }
            }
        }
    }

    private static let accounts = Value<[AccountDraft]> { node, reader in
        if case .sequence(let items) = node.content, items.isEmpty {
            reader.error(node.range, "there is no account", hint: "list the WhatsApp numbers to answer from")
            return nil
        }
        return accountEntry.list.read(node, reader)
    }

    private static let accountEntry = Value<AccountDraft> { node, reader in
        var draft = AccountDraft(range: node.range)
        guard let given = account.read(node, into: &draft, reader) else { return nil }
        draft.given = given
        return draft
    }

    private static let address = Value<String>.string.map { text, node, reader -> Configuration.Address? in
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else {
            reader.error(node.range, "'\(node.shown)' is no address to listen on", hint: "write it like 127.0.0.1:8080")
            return nil
        }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard host.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "-_.:%".contains($0)) }) else {
            reader.error(
                node.range, "'\(node.shown)' is no address to listen on",
                hint: "write the host and the port alone, like 127.0.0.1:8080")
            return nil
        }
        return Configuration.Address(host: host.isEmpty ? "0.0.0.0" : host, port: port)
    }

    private static let link = Value<String>.string.map { text, node, reader -> String? in
        let parts = URLComponents(string: text)
        guard let scheme = parts?.scheme, ["http", "https"].contains(scheme), let host = parts?.host, !host.isEmpty
        else {
            reader.error(node.range, "'\(node.shown)' is no address of a provider", hint: "it must begin with https://")
            return nil
        }
        guard parts?.user == nil, parts?.password == nil else {
            reader.error(node.range, "an address holds no user name", hint: "the credential goes into 'api_key'")
            return nil
        }
        guard (1...65535).contains(parts?.port ?? 443) else {
            reader.error(node.range, "'\(node.shown)' has no port that exists", hint: "ports go from 1 to 65535")
            return nil
        }
        // The credential goes along with every request.
        if scheme == "http", !["localhost", "127.0.0.1", "[::1]", "::1"].contains(host) {
            reader.warning(
                node.range, "the API key would travel unencrypted", hint: "use https://, but for tests on this machine")
        }
        return text
    }

    private static let webLink = Value<String>.string.map { text, node, reader -> String? in
        let parts = URLComponents(string: text)
        if let scheme = parts?.scheme, ["http", "https"].contains(scheme), parts?.host?.isEmpty == false {
            return text
        }
        reader.error(node.range, "this is no address on the web", hint: "it must begin with https://")
        return nil
    }

    private static let sources = Value<String>.string.map { text, node, reader -> AddressRange? in
        if let range = AddressRange(text) { return range }
        reader.error(
            node.range, "'\(node.shown)' is no IP address", hint: "write it like 34.165.99.212 or 10.0.0.0/8")
        return nil
    }

    /// The range of `max_memory`, in bytes. With less, even an idle account would turn webhooks away.
    private static let memoryRange = 8 << 20...64 << 30

    private static let memory = Value<String>.string.map { text, node, reader -> Int? in
        let digits = text.prefix { ("0"..."9").contains($0) }
        let units = ["M": 20, "MB": 20, "MiB": 20, "G": 30, "GB": 30, "GiB": 30]
        let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces)
        guard let count = Int(digits), let shift = units[unit] else {
            reader.error(
                node.range, "'\(node.shown)' is no amount of memory", hint: "write it like 256MiB or 1GiB")
            return nil
        }
        guard count <= memoryRange.upperBound >> shift, memoryRange.contains(count << shift) else {
            reader.error(node.range, "'max_memory' is from 8MiB to 64GiB", hint: "256MiB is usual")
            return nil
        }
        return count << shift
    }

    private static let rate = Value<String>.string.map { text, node, reader -> Double? in
        let parts = text.split(separator: "/")
        let seconds: [Substring: Double] = ["s": 1, "m": 60, "h": 3600]
        guard parts.count == 2, let count = Double(parts[0]), count > 0, count <= 100_000, let unit = seconds[parts[1]]
        else {
            reader.error(node.range, "'\(node.shown)' is no rate", hint: "write it like 20/s or 300/m")
            return nil
        }
        return count / unit
    }

    private static let timeout = Value<Duration>.duration.map { duration, node, reader -> Duration? in
        if duration >= .milliseconds(100), duration <= .minutes(2) { return duration }
        reader.error(node.range, "a timeout is from 100ms to 2m", hint: "10s is usual")
        return nil
    }
}
