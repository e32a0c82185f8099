import Foundation
import Providers
import Responder
import RuleFiles
import Testing

@testable import Daemon

/// `Fixtures/NAME.yaml` is a configuration with a mistake, `NAME.expected` is the report that people read about it.
///
/// `REPLYD_RECORD=1 swift test --filter ConfigurationTests` writes the expectations anew; read each of them before it
/// is committed.
@Suite struct ConfigurationTests {
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures")

    static let fixtures: [String] = {
        let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return entries.filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
    }()

    static let environment = [
        "NINETYNINE_KEY": "env-secret", "REPLYD_WEBHOOK_SECRET": "env-secret-too-0123456789", "EMPTY": "",
        "NUMBER": "972770000000", "NEARLY": "019sm", "TAGS": "{{env-secret}}", "TILDE": "~", "PORT": "9000",
    ]

    static var loader: ConfigurationLoader {
        ConfigurationLoader(
            environment: environment,
            readFile: { path in
                [
                    "/etc/replyd/secrets/key": "\nfile-secret\n", "secrets/key": "file-secret\n",
                    "secrets/empty": " \n",
                    "secrets/open": "file-secret\n",
                ][path]
            }, isOpen: { $0 == "secrets/open" })
    }

    func load(_ text: String, path: String = "/etc/replyd/replyd.yaml") -> LoadedConfiguration {
        Self.loader.load(SourceFile(path: path, text: text))
    }

    static let sound = """
        rules: rules/
        accounts:
          - number: "972771234567"
            provider: 99digital
            api_key: ${NINETYNINE_KEY}
            webhook_secret: ${REPLYD_WEBHOOK_SECRET}

        """

    @Test("Each mistake is reported as its fixture expects", arguments: fixtures)
    func report(_ name: String) throws {
        let file = SourceFile(
            path: "\(name).yaml", bytes: Array(try Data(contentsOf: Self.folder.appending(path: "\(name).yaml")))
        )
        let loaded = Self.loader.load(file)
        let report = loaded.report() + "\n"
        let place = Self.folder.appending(path: "\(name).expected")
        if ProcessInfo.processInfo.environment["REPLYD_RECORD"] == "1" { try Data(report.utf8).write(to: place) }
        let expected = try #require(
            try? String(contentsOf: place, encoding: .utf8), "\(name).expected is missing; REPLYD_RECORD=1 writes it"
        )
        #expect(report == expected, "\nexpected:\n\(expected)\nactual:\n\(report)")
        #expect(!loaded.diagnostics.isEmpty)
        #expect((loaded.configuration == nil) == loaded.diagnostics.hasErrors)
        for secret in ["env-secret", "file-secret", "literal-secret", "019sm'"] {
            #expect(!report.contains(secret))
            #expect(!loaded.diagnostics.contains { "\($0)".contains(secret) })
        }
    }

    @Test func thereAreFixturesAndNoExpectationIsLeftOverFromOneThatIsGone() throws {
        let entries = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path)
        let expectations = entries.filter { $0.hasSuffix(".expected") }.map { String($0.dropLast(9)) }
        #expect(expectations.sorted() == Self.fixtures)
        #expect(Self.fixtures.count > 50)
    }

    @Test func whatIsNotWrittenHasItsUsualValueAndPathsAreRelativeToTheFile() throws {
        let configuration = try #require(load(Self.sound).configuration)
        #expect(configuration.listen == .init(host: "127.0.0.1", port: 8080))
        #expect(configuration.admin == nil && configuration.adminToken == nil && configuration.alertURL == nil)
        #expect(configuration.database == "/etc/replyd/replyd.sqlite")
        #expect(configuration.rules == "/etc/replyd/rules/")
        #expect(configuration.maxAge == .seconds(24 * 3600))
        #expect(configuration.takeoverPause == .seconds(30 * 60))
        #expect(configuration.expired == nil)
        #expect(configuration.memoryLimit == 256 << 20)
        let account = try #require(configuration.accounts.first)
        #expect(account.endpoint.provider == .ninetyNineDigital)
        #expect(account.endpoint.baseURL == Provider.ninetyNineDigital.defaultBaseURL)
        #expect(account.endpoint.credential.reveal() == "env-secret")
        #expect(account.webhookSecret?.reveal() == "env-secret-too-0123456789")
        #expect(account.timeout == .seconds(10))
        #expect(account.rate == nil)
        #expect(account.onUnknown == .hold)
        #expect(account.allowFrom == [])
    }

    @Test func silenceOnceTheWindowHasShutIsNoTemplate() throws {
        let loaded = load("expired: silent\n" + Self.sound)
        #expect(loaded.report() == "" && loaded.hasFallback)
        #expect(try #require(loaded.configuration).expired == nil)
    }

    @Test func everythingThatIsWrittenIsTakenOver() throws {
        let loaded = load(
            """
            listen: "[::1]:${PORT}"
            admin: localhost:8081
            admin_token: ${REPLYD_WEBHOOK_SECRET}
            alert_url: https://hooks.example/literal-secret
            trusted_proxies: ["::1", 10.0.0.0/8]
            database: /var/lib/replyd.sqlite
            rules: /srv/rules.yaml
            max_age: 2h
            takeover_pause: 0
            max_memory: 1GiB
            expired: {template: reopen_chat, language: en, variables: ["{{contact.name}}"]}
            accounts:
              - number: 972771234567
                provider: 019sms-v2
                base_url: http://127.0.0.1:9/x/
                api_key_file: secrets/key
                allow_insecure: true
                allow_from: [34.165.99.212, "2001:DB8:0::/32"]
                rate: 300/m
                timeout: 1500ms
                on_unknown: resend
            """
        )
        #expect(loaded.report() == "")
        let configuration = try #require(loaded.configuration)
        #expect(configuration.listen == .init(host: "::1", port: 9000))
        #expect(configuration.admin == .init(host: "localhost", port: 8081))
        #expect(configuration.adminToken?.reveal() == "env-secret-too-0123456789")
        #expect(configuration.alertURL?.reveal() == "https://hooks.example/literal-secret")
        #expect(configuration.trustedProxies.map(\.description) == ["::1", "10.0.0.0/8"])
        #expect(configuration.database == "/var/lib/replyd.sqlite")
        #expect(configuration.rules == "/srv/rules.yaml")
        #expect(configuration.maxAge == .seconds(7200))
        #expect(configuration.takeoverPause == .zero)
        #expect(configuration.memoryLimit == 1 << 30)
        #expect(configuration.expired?.name == "reopen_chat")
        #expect(configuration.expired?.language == .english)
        #expect(configuration.expired?.variables.map(\.source) == ["{{contact.name}}"])
        let account = try #require(configuration.accounts.first)
        #expect(account.endpoint.baseURL == "http://127.0.0.1:9/x")
        #expect(account.endpoint.credential.reveal() == "file-secret")
        #expect(account.webhookSecret == nil)
        #expect(account.allowFrom.map(\.description) == ["34.165.99.212", "2001:db8::/32"])
        #expect(account.rate == 5)
        #expect(account.timeout == .milliseconds(1500))
        #expect(account.onUnknown == .resend)
    }

    @Test func whoNeedsNoSecretsReadsEverythingElseAndWhatIsWrongWithIt() throws {
        var loader = Self.loader
        loader.secrets = .notNeeded
        loader.environment = ["PORT": "9000"]
        loader.readFile = { path in
            Issue.record("\(path) was read")
            return nil
        }
        func load(_ text: String) -> LoadedConfiguration {
            loader.load(SourceFile(path: "/etc/replyd/replyd.yaml", text: text))
        }
        let text = """
            listen: 127.0.0.1:${PORT}
            admin: 0.0.0.0:8081
            admin_token: ${NOT_SET}
            alert_url: ${NOT_SET}
            rules: rules/
            accounts:
              - {number: "972771234567", provider: 99digital, api_key: "${NOT_SET}", webhook_secret: short}
              - {number: "972550000019", provider: 019sms, api_key_file: "${NOT_SET}/key", allow_insecure: true}
            """
        let loaded = load(text)
        #expect(loaded.report() == "")
        let configuration = try #require(loaded.configuration)
        #expect(configuration.listen.port == 9000)
        #expect(configuration.accounts.map(\.number) == ["972771234567", "972550000019"])
        #expect(configuration.accounts.map { $0.endpoint.credential.reveal() } == ["", ""])
        #expect(configuration.accounts.map { $0.webhookSecret?.reveal() } == ["", nil])
        #expect(
            load(text.replacing("${PORT}", with: "${OTHER}")).report().contains(
                "the environment variable OTHER is not set"))
        #expect(
            load(text.replacing("webhook_secret: short", with: "rate: 1/s")).report().contains(
                "an account needs a 'webhook_secret'"))
    }

    @Test func aValueFromTheEnvironmentIsATextWhateverItLooksLike() {
        #expect(load("database: ${TILDE}\n" + Self.sound).configuration?.database == "/etc/replyd/~")
    }

    @Test func secretsShowInNoDescriptionAndNoDumpOfAConfiguration() throws {
        let literal = Self.sound.replacing("${NINETYNINE_KEY}", with: "literal-secret")
        let configuration = try #require(load(literal).configuration)
        #expect(configuration.accounts.first?.endpoint.credential.reveal() == "literal-secret")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in [dumped, String(describing: configuration), String(reflecting: configuration)] {
            #expect(text.contains("972771234567"))
            #expect(!text.contains("secret-too"))
            #expect(!text.contains("literal-secret"))
        }
    }

    @Test func aConfigurationThatIsNotThereSaysSoAndWhatToDo() {
        let loaded = Self.loader.load(path: "/nowhere/replyd.yaml")
        #expect(loaded.configuration == nil)
        #expect(
            loaded.report() == """
                /nowhere/replyd.yaml: error: the configuration can't be read
                   check that the file exists and that replyd may read it
                """
        )
    }

    @Test(
        "Whatever is broken behind the key of a literal secret, nothing of the secret shows",
        arguments: [
            "api_key: Zq7Zq7Zq7", "'api_key' : \"Zq7Zq7Zq7\"", "api_key: >\n      Zq7Zq7Zq7", "api_key=Zq7Zq7Zq7",
            "other: {provider: x, api_key: Zq7Zq7Zq7, rate: 5}", "apikey: 'Zq7Zq7Zq7'", "api_key: [Zq7, Zq7]",
        ]
    )
    func broken(_ line: String) throws {
        let text = "rules: rules/\naccounts:\n  - number: \"9\"\n    \(line)\n    rate: 5\n"
        let key = try #require(text.range(of: "key")).upperBound
        let pieces = ["\"", "'", "{", "}", "[", "]", ": ", ":", "- ", "\n", "\t", " #", "*", "\u{1}", ", ", "${", "\\"]
        var shown = 0
        for place in text.indices[key...] {
            for piece in pieces {
                let broken = text[..<place] + piece + text[place...]
                let report = load(String(broken)).report()
                #expect(!report.contains("Zq") && !report.contains("q7"), "\(report)")
                shown += report.contains("•") ? 1 : 0
            }
        }
        #expect(shown > 50)
    }

    /// The name is the one that systemd gives: `LoadCredential=secrets:/etc/replyd/secrets` makes `secrets_key` of
    /// `secrets/key`.
    @Test func aSecretFileIsTakenFromTheCredentialsOfTheService() throws {
        let files = [
            "/run/c/secrets_key": "handed\n", "/run/c/_abs_key": "another's\n", "/etc/replyd/secrets/key": "own\n",
            "/abs/key": "absolute\n",
        ]
        func key(_ path: String, _ environment: [String: String]) -> String? {
            let loader = ConfigurationLoader(
                environment: environment.merging(["S": "0123456789abcdef"]) { $1 }, readFile: { files[$0] },
                isOpen: { _ in false })
            let yaml = Self.sound.replacing("api_key: ${NINETYNINE_KEY}", with: "api_key_file: \(path)").replacing(
                "REPLYD_WEBHOOK_SECRET", with: "S")
            let loaded = loader.load(SourceFile(path: "/etc/replyd/replyd.yaml", text: yaml))
            return loaded.configuration?.accounts[0].endpoint.credential.reveal()
        }
        #expect(key("secrets/key", ["CREDENTIALS_DIRECTORY": "/run/c"]) == "handed")
        #expect(key("secrets/key", ["CREDENTIALS_DIRECTORY": "/run/other"]) == "own")
        #expect(key("secrets/key", ["CREDENTIALS_DIRECTORY": ""]) == "own")
        #expect(key("secrets/key", [:]) == "own")
        #expect(key("/abs/key", ["CREDENTIALS_DIRECTORY": "/run/c"]) == "absolute")
        #expect(key("secrets/other", ["CREDENTIALS_DIRECTORY": "/run/c"]) == nil)
    }
}
