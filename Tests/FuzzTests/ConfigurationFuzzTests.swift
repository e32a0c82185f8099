import Daemon
import Providers
import Responder
import RuleFiles
import SeededRandom
import Testing

@Suite struct ConfigurationFuzzTests {
    private static let sound = Array(
        """
        listen: "[::1]:${PORT}"
        database: /var/lib/replyd.sqlite
        rules: /srv/rules.yaml
        max_age: 2h
        takeover_pause: 0
        retention: 30d
        loop_guard: {answers: 5, within: 10m, pause: 1h}
        expired: {template: reopen_chat, language: en, variables: ["{{contact.name}}"]}
        accounts:
          - {number: 972771234567, provider: 99digital, api_key: "${NINETYNINE_KEY}", allow_insecure: true}
          - number: "972550000019"
            provider: 019sms-v2
            base_url: http://127.0.0.1:9/x/
            api_key_file: secrets/key
            webhook_secret: ${REPLYD_WEBHOOK_SECRET}
            allow_from: [34.165.99.212, "::1"]
            rate: 300/m
            timeout: 1500ms
            on_unknown: resend

        """.utf8)

    private static let mutator = Mutator(
        [sound] + Corpus.files(["examples/replyd.yaml"]), broken: Corpus.files(["Tests/DaemonTests/Fixtures"]),
        pieces: [
            "\"", "'", "{", "}", "[", "]", ": ", ":", "- ", "#", "&g ", "*g", "|", ">", "!", "%", "? ", "~", ",", "${",
            "}", "${NINETYNINE_KEY}", "${REPLYD_WEBHOOK_SECRET}", "${TAGS}", "${EMPTY}", "${}", "${é}", "api_key: ",
            "webhook_secret: ", "api_key_file: secrets/key", "rate: ", "20/s", "0/s", "1e999/s",
            "99999999999999999999/m",
            "10s", "99999999999d", "-1s", "127.0.0.1:99999", "[::1]:0", ":8080", "http://", "https://a:b@x/", "true",
            "no", "972771234567", "99999999999999999999999", "resend", "{{", "}}", "{{contact.name}}", "accounts:",
            "  - number: \"972771234567\"\n", String(repeating: "[", count: 100),
        ])

    private static var loader: ConfigurationLoader {
        ConfigurationLoader(
            environment: [
                "NINETYNINE_KEY": "env-Zq7", "REPLYD_WEBHOOK_SECRET": "env-Zq7-too-0123456789", "TAGS": "{{Zq7}}",
                "EMPTY": "", "NUMBER": "972770000000", "PORT": "9000",
            ]
        ) { ["secrets/key": "file-Zq7\n", "secrets/empty": " \n"][$0] }
    }

    private static func check(_ bytes: [UInt8]) throws -> Bool {
        let file = SourceFile(path: "replyd.yaml", bytes: bytes)
        let loaded = loader.load(file)
        try #require((loaded.configuration == nil) == loaded.diagnostics.hasErrors)
        try checkPlaces(loaded.diagnostics, in: file)
        let report = loaded.report()
        try checkIsVisible(report)
        try #require(!report.contains("Zq7"), "a secret shows:\n\(report)")
        for account in loaded.configuration?.accounts ?? [] {
            try #require((5...20).contains(account.number.count) && account.number.utf8.allSatisfy { $0 < 0x3A })
            try #require(account.rate.map { $0.isFinite && $0 > 0 } ?? true)
            try #require(account.timeout > .zero && account.timeout <= .hours(1))
            try #require(!account.endpoint.credential.reveal().isEmpty)
        }
        return loaded.configuration != nil
    }

    @Test(arguments: Fuzz.seeds(200))
    func aDamagedConfigurationComesToSoundSettingsOrToErrorsThatShowNoSecret(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0.05...0.9) { random in try Self.check(Self.mutator.mutated(using: &random)) }
    }
}
