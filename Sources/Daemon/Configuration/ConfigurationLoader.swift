public import Foundation
import Providers
import Responder
public import RuleFiles

/// What reading a configuration file led to.
public struct LoadedConfiguration: Sendable {
    /// nil where there is an error.
    public var configuration: Configuration?
    /// The rules that it names, whatever else is wrong with it; nil where it names none.
    public var rules: String?
    /// Whether it names a fallback for rules that name none.
    public var hasFallback = false
    /// Errors and warnings in the order of lines.
    public var diagnostics: [Diagnostic]
    /// The file.
    public var file: SourceFile

    /// The diagnostics as people read them, each with its line; credentials in the lines are hidden.
    public func report() -> String {
        let lines = ConcealedLines(file).shown
        return diagnostics.map { $0.rendered(lines: lines) }.joined(separator: "\n")
    }
}

/// Reads `replyd.yaml`.
public struct ConfigurationLoader {
    /// Whether the secrets are to be there.
    public enum Secrets: Sendable {
        /// One that can't be read is an error.
        case required
        /// None is looked at, be it missing or wrong; in the configuration all of them are empty, and there is no
        /// `alert_url`.
        case notNeeded
    }

    /// Whether the secrets are to be there.
    public var secrets: Secrets
    /// The environment that `${NAME}` takes from.
    public var environment: [String: String]
    /// Reads a file that holds a secret; nil where it can't be read.
    public var readFile: (String) -> String?
    /// Whether every user of the machine may read a file.
    public var isOpen: (String) -> Bool

    /// A loader on the process's own environment and disk.
    public init(
        secrets: Secrets = .required,
        environment: [String: String] = ProcessInfo.processInfo.environment,
        readFile: @escaping (String) -> String? = Self.readRegularFile,
        isOpen: @escaping (String) -> Bool = Self.isReadableByAll
    ) {
        self.secrets = secrets
        self.isOpen = isOpen
        self.environment = environment
        self.readFile = readFile
    }

    /// The text of a regular file: to open a pipe would be to wait for whoever writes into it.
    public static func readRegularFile(_ path: String) -> String? {
        isRegular(path) ? try? String(contentsOfFile: path, encoding: .utf8) : nil
    }

    private static func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Whether others than owner and group may read the file. Docker shows its secrets to one container alone, and there
    /// to everybody.
    public static func isReadableByAll(_ path: String) -> Bool {
        var status = stat()
        return !path.hasPrefix("/run/secrets/") && stat(path, &status) == 0 && status.st_mode & S_IROTH != 0
    }

    /// In bytes. A configuration has a few hundred; more is some other file.
    private static let sizeLimit = 1 << 20

    /// Reads the configuration at `path`.
    public func load(path: String) -> LoadedConfiguration {
        let attributes = try? FileManager.default.attributesOfItem(atPath: (path as NSString).resolvingSymlinksInPath)
        let size = attributes?[.size] as? Int ?? 0
        let isOther = FileManager.default.fileExists(atPath: path) && !Self.isRegular(path)
        guard !isOther, size <= Self.sizeLimit, let data = FileManager.default.contents(atPath: path) else {
            let file = SourceFile(path: path, bytes: [])
            let diagnostic = Diagnostic(
                file: path, range: nil,
                message: isOther ? "the configuration is no regular file" : "the configuration can't be read",
                hint: isOther
                    ? "it may be no folder, pipe or device" : "check that the file exists and that replyd may read it"
            )
            return LoadedConfiguration(configuration: nil, diagnostics: [diagnostic], file: file)
        }
        return load(SourceFile(path: path, bytes: Array(data)))
    }

    /// Reads a configuration; paths in it are relative to its file.
    public func load(_ file: SourceFile) -> LoadedConfiguration {
        let reader = Reader(file)
        let (node, diagnostics) = YAMLParser.parse(file)
        reader.append(diagnostics)
        var configuration: Configuration?
        var draft = ConfigurationDraft()
        if var node {
            expand(&node, reader)
            if let given = ConfigurationSections.file.read(node, into: &draft, reader) {
                draft.given = given
                configuration = link(draft, reader)
                warnOfSecrets(draft, reader)
            }
        }
        let all = reader.ordered.map(ConcealedLines(file).conceal)
        return LoadedConfiguration(
            configuration: all.hasErrors ? nil : configuration,
            rules: draft.rules.map { resolve($0, in: (file.path as NSString).deletingLastPathComponent) },
            hasFallback: draft.expired != nil, diagnostics: all, file: file
        )
    }

    /// What holds a secret itself; with `_file` behind it, the file where it is.
    static let secretKeys = ["api_key", "webhook_secret", "admin_token", "alert_url"]

    private static func isOfSecret(_ key: String) -> Bool {
        secretKeys.contains(key) || secretKeys.contains { key == "\($0)_file" }
    }

    // MARK: Environment

    private func expand(_ node: inout Node, _ reader: Reader) {
        switch node.content {
        case .sequence(var items):
            for index in items.indices { expand(&items[index], reader) }
            node.content = .sequence(items)
        case .mapping(var pairs):
            for index in pairs.indices {
                if secrets == .notNeeded, Self.isOfSecret(pairs[index].name) {
                    pairs[index].value.isRefused = true
                } else {
                    expand(&pairs[index].value, reader)
                }
            }
            node.content = .mapping(pairs)
        case .scalar(let text, _) where text.contains("${"):
            if let value = expand(text, in: node, reader) {
                // In quotes, since `~` from the environment is a text too.
                node.content = .scalar(value, .doubleQuoted)
            } else {
                node.isRefused = true
            }
            node.written = text
        case .scalar:
            break
        }
    }

    private func expand(_ text: String, in node: Node, _ reader: Reader) -> String? {
        var result = ""
        var rest = Substring(text)
        var isSound = true
        while let start = rest.range(of: "${") {
            result += rest[..<start.lowerBound]
            let offset = text.unicodeScalars.distance(from: text.startIndex, to: start.lowerBound)
            guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                reader.error(
                    reader.place(of: offset, length: 2, in: node), "'${' is never closed", hint: "write it like ${NAME}"
                )
                return nil
            }
            let name = String(rest[start.upperBound..<end])
            if let value = environment[name], !value.isEmpty {
                result += value
            } else if name.isEmpty {
                reader.error(
                    reader.place(of: offset, length: 3, in: node), "the name is missing in '${}'",
                    hint: "write it like ${NAME}")
                isSound = false
            } else {
                let problem = environment[name] == nil ? "not set" : "empty"
                reader.error(
                    reader.place(of: offset, length: name.unicodeScalars.count + 3, in: node),
                    "the environment variable \(name) is \(problem)", hint: "export \(name)=… before starting replyd"
                )
                isSound = false
            }
            rest = rest[text.index(after: end)...]
        }
        return isSound ? result + rest : nil
    }

    // MARK: Linking

    private func link(_ draft: ConfigurationDraft, _ reader: Reader) -> Configuration? {
        let top = SourceRange(line: 1, column: 1)
        if !draft.given.contains("rules") {
            reader.error(top, "'rules' is missing", hint: "a file or folder with the rules")
        }
        if !draft.given.contains("accounts") {
            reader.error(top, "'accounts' is missing", hint: "list the WhatsApp numbers to answer from")
        }
        // Checked even where there is no account: what is wrong is said all at once.
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
                    pause: guardDraft.pause ?? usual.pause)
        }
        if let level = draft.logLevel { configuration.logLevel = level }
        if let limit = draft.memoryLimit { configuration.memoryLimit = limit }
        configuration.expired = expired
        return configuration
    }

    /// The code of warnings about secrets that everybody may read.
    public static let openSecret = "open-secret"

    /// Warns where secrets stand in a file that everybody may read.
    private func warnOfSecrets(_ draft: ConfigurationDraft, _ reader: Reader) {
        guard isOpen(reader.file.path) else { return }
        let accounts = draft.accounts ?? []
        let secrets = accounts.flatMap { [$0.apiKey, $0.webhookSecret] } + [draft.adminToken, draft.alertURL]
        // What was taken from the environment was written otherwise.
        for secret in secrets.compactMap({ $0 }) where secret.node.written == nil {
            reader.warning(
                secret.node.range, "everybody on this machine can read this secret",
                hint:
                    "chmod 640 \(reader.file.path), with the group that replyd runs as; or keep it in a file of its own, like api_key_file",
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
        guard draft.trustedProxies == nil, let loopback = SourceAddress(configuration.listen.host),
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

    private func account(_ draft: AccountDraft, folder: String, _ reader: Reader) -> Configuration.Account? {
        if let number = draft.number,
            !number.value.utf8.allSatisfy({ (0x30...0x39).contains($0) }) || !(5...20).contains(number.value.count)
        {
            reader.error(
                number.node.range, "'\(number.node.shown)' is no account number",
                hint: "international digits without + or spaces, like 972771234567"
            )
        }
        if !draft.given.contains("number") {
            reader.error(
                draft.range, "an account needs a 'number'", hint: "the number to answer from, like 972771234567")
        }
        if !draft.given.contains("provider") {
            reader.error(draft.range, "an account needs a 'provider'", hint: "99digital, 019sms or 019sms-v2")
        }
        let key = secret("api_key", draft.apiKey, draft.apiKeyFile, draft.given, folder: folder, reader)
        if draft.given.isDisjoint(with: ["api_key", "api_key_file"]) {
            reader.error(
                draft.range, "an account needs an 'api_key'",
                hint: "write api_key: ${NAME} and set NAME in the environment")
        }
        let secret = secret(
            "webhook_secret", draft.webhookSecret, draft.webhookSecretFile, draft.given, folder: folder, reader)
        let isOpen = draft.given.isDisjoint(with: ["webhook_secret", "webhook_secret_file"])
        // A switch that is there and not in order has had its own complaint.
        if isOpen, !(draft.isInsecureAllowed ?? draft.given.contains("allow_insecure")) {
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
        guard let number = draft.number?.value, let provider = draft.provider, let key else { return nil }
        var account = Configuration.Account(
            provider: ProviderAccount(number: number, provider: provider, baseURL: draft.baseURL, credential: key),
            webhookSecret: secret
        )
        account.keyPlace =
            draft.apiKeyFile.map { .file(resolve($0.value, in: folder)) } ?? draft.apiKey.map(Self.place)
        account.allowFrom = draft.allowFrom?.value ?? []
        account.rate = draft.rate
        account.timeout = draft.timeout ?? account.timeout
        account.onUnknown = draft.onUnknown ?? account.onUnknown
        return account
    }

    private static func place(of secret: Located<String>) -> Configuration.SecretPlace {
        // As in `${NAME}`.
        guard let written = secret.node.written, let start = written.range(of: "${")?.upperBound,
            let end = written[start...].firstIndex(of: "}")
        else { return .line(secret.node.range.line) }
        return .variable(String(written[start..<end]))
    }

    private func secret(
        _ key: String, _ direct: Located<String>?, _ file: Located<String>?, _ given: Set<String>, folder: String,
        _ reader: Reader
    ) -> Secret? {
        if secrets == .notNeeded { return given.isDisjoint(with: [key, "\(key)_file"]) ? nil : Secret("") }
        if let direct, let file {
            reader.error(
                max(direct.node.range, file.node.range), "'\(key)' and '\(key)_file' are both given", hint: "keep one")
            return nil
        }
        if let direct { return usable(direct.value, key, direct.node, reader) }
        guard let file else { return nil }
        let path = credential(file.value) ?? resolve(file.value, in: folder)
        guard let content = readFile(path) else {
            reader.error(
                file.node.range, "the file '\(file.node.shown)' can't be read",
                hint: "check that it exists and that replyd may read it")
            return nil
        }
        if isOpen(path) {
            reader.warning(
                file.node.range, "everybody on this machine can read the secret in '\(file.node.shown)'",
                hint: "chmod 600 \(path), and let the user own it that replyd runs as", code: Self.openSecret)
        }
        let secret = content.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !secret.isEmpty else {
            reader.error(file.node.range, "the file '\(file.node.shown)' is empty", hint: "the secret belongs in it")
            return nil
        }
        return usable(secret, key, file.node, reader)
    }

    /// Where systemd has put the file of that relative path, if it has: the files of a folder `x` that `LoadCredential=x:…`
    /// names are `x_name` there (systemd.exec(5)). Whoever runs replyd by hand reads the file itself.
    private func credential(_ path: String) -> String? {
        guard let folder = environment["CREDENTIALS_DIRECTORY"], !folder.isEmpty, !path.hasPrefix("/") else {
            return nil
        }
        let file = "\(folder)/\(path.replacing("/", with: "_"))"
        return readFile(file) == nil ? nil : file
    }

    /// A line break in a credential would let the rest of it pass for a header of its own.
    private func usable(_ secret: String, _ key: String, _ node: Node, _ reader: Reader) -> Secret? {
        guard secret.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            reader.error(
                node.range, "the value of '\(key)' holds a line break or another control character",
                hint: "set it to the one line it is")
            return nil
        }
        return Secret(secret)
    }

    private func resolve(_ path: String, in folder: String) -> String {
        path.hasPrefix("/") || folder.isEmpty ? path : "\(folder)/\(path)"
    }
}
