import Daemon
import Foundation
import JSONText
import Providers
import Responder
import Testing

@testable import Sandbox
@testable import replyd

@Suite struct DoctorTests {
    private func steady(_ text: String, _ scene: Scene) -> String {
        text.replacing("127.0.0.1:\(scene.sandboxPort)", with: "PROVIDER").steady(
            (/process \d+/, "process N"), (/127\.0\.0\.1:\d+/, "ADDRESS"), (/revision [0-9a-f]+/, "revision R"),
            (/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "T"), (/[0-9.]+ .iB/, "N GiB"))
    }

    /// Runs `doctor`, and up to five times again if a request timed out: on a busy machine even the local provider may
    /// be late.
    private func doctor(_ scene: Scene) async throws -> (status: Int32, output: String, errors: String) {
        var result = try await scene.run("doctor", "--config", "replyd.yaml")
        for _ in 0..<5 where result.output.contains("timed out") {
            result = try await scene.run("doctor", "--config", "replyd.yaml")
        }
        return result
    }

    @Test func aHealthySetUpIsFoundHealthy() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try scene.pinPort(of: running)
        let findings = try await doctor(scene)
        #expect(
            steady(findings.output, scene) == """
                ok       configuration: replyd.yaml, 3 accounts
                ok       rules: rules.yaml, 3 rules, revision R
                ok       database: data.sqlite, N GiB, sound
                ok       disk: N GiB free beside the database
                ok       clock: T (UTC), time zones known
                ok       daemon: process N is ready at ADDRESS
                ok       account 972771234567: 99digital takes the API key and delivers everything to http://ADDRESS/webhook/972771234567?key=•••
                ok       account 972771234567: replyd answers at http://ADDRESS/webhook/972771234567
                ok       account 972771234567: every template that is used is approved at the provider (1)
                ok       account 972550000019: 019sms takes the API key. Where it delivers webhooks nobody can ask; it has to be https://your.host/webhook/972550000019?key=•••, with delivery reports and retries
                ok       account 972550000020: 019sms-v2 takes the API key. Where it delivers webhooks nobody can ask; it has to be https://your.host/webhook/972550000020?key=•••, with delivery reports and retries
                ok       account 972550000020: every template that is used is approved at the provider (1)

                """)
        #expect(findings.status == 0 && findings.errors.isEmpty)
        #expect(await scene.sandbox.received.filter(\.isAccepted).isEmpty)
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }

    /// The case in which root copied a backup back, and the service runs as another user.
    @Test(.enabled(if: getuid() == 0)) func aDatabaseOfAnotherOwnerThanItsFolderIsFound() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        _ = await scene.stop(running)
        try #require(chown(scene.folder.path, 65534, 65534) == 0)
        let findings = try await doctor(scene)
        #expect(findings.status == 1)
        #expect(
            findings.output.contains(
                "wrong    database: data.sqlite: of another owner than the folder\n         → chown --reference=. data.sqlite\n"
            ),
            "\(findings.output)")
        try #require(chown(scene.folder.appendingPathComponent("data.sqlite").path, 65534, 65534) == 0)
        #expect(try await doctor(scene).output.contains("another owner") == false)
    }

    @Test func aBrokenKeyIsFoundAndMended() async throws {
        let scene = try await Scene()
        try scene.configure("", key: "not-the-key")
        let broken = try await doctor(scene)
        #expect(broken.status == 1)
        for (account, line) in [(Scene.digital, 9), (Scene.sms, 15), (Scene.smsV2, 21)] {
            #expect(
                broken.output.contains(
                    """
                    wrong    account \(account): the provider refused the API key (reason 3)
                             → correct `api_key` in line \(line) of replyd.yaml; or `number` or `base_url` in replyd.yaml; then: Ctrl-C, and replyd serve --config replyd.yaml

                    """), "\(broken.output)")
        }
        #expect(!broken.output.contains("not-the-key"))
        // If the key is not in the configuration, the finding names the place that holds it.
        try Data("not-the-key".utf8).write(to: scene.folder.appendingPathComponent("wrong-key"))
        let configuration = scene.folder.appendingPathComponent("replyd.yaml")
        let text = try String(contentsOf: configuration, encoding: .utf8)
        try Data(text.replacing("api_key: not-the-key", with: "api_key_file: wrong-key").utf8).write(to: configuration)
        #expect(
            try await doctor(scene).output.contains(
                "→ write the right API key into wrong-key; or `number` or `base_url` in replyd.yaml; then: "))
        try Data(text.replacing("api_key: not-the-key", with: "api_key: ${SHOP_KEY}").utf8).write(to: configuration)
        let named = try await ReplydProcess.run(
            ["doctor", "--config", "replyd.yaml"], environment: ["SHOP_KEY": "not-the-key"], in: scene.folder)
        #expect(
            named.output.contains("→ set SHOP_KEY to the right API key where replyd is started from; or "))
        try scene.configure("")
        let mended = try await doctor(scene)
        #expect(mended.output.contains("ok       account 972550000019: 019sms takes the API key."))
        #expect(!mended.output.contains("refused"))
    }

    @Test func aDaemonThatStillHasTheOldKeyIsFound() async throws {
        let scene = try await Scene()
        try scene.configure("", key: "not-the-key")
        let running = try await scene.start()
        try await scene.say("count 1", from: "972500000001")
        #expect(await running.process.waits(for: "sending is stopped"))
        try scene.configure("")
        let findings = try await doctor(scene)
        #expect(findings.status == 1)
        #expect(
            steady(findings.output, scene).contains(
                """
                wrong    account 972771234567: replyd has stopped sending since T (UTC): the provider refused the API key (reason 3)
                         → mend what is said of the account below; where nothing is, it was started with something else: Ctrl-C, and replyd serve --config replyd.yaml

                """), "\(findings.output)")
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }

    @Test func aWebhookThatGoesElsewhereIsFoundAndSet() async throws {
        let scene = try await Scene()
        func webhook(_ url: String, _ more: [String: JSON] = [:]) async throws {
            let request: [String: JSON] = [
                "apiKey": .string(Scene.apiKey), "from": .string(Scene.digital), "url": .string(url),
            ]
            try await scene.sandboxCall("/whatsapp/v2/setWebhook", request.merging(more) { $1 })
        }
        func findings() async throws -> [Substring] {
            let result = try await doctor(scene)
            #expect(!(result.output + result.errors).contains("secret-never"))
            return result.output.split(separator: "\n").drop { !$0.contains(Scene.digital) }.filter {
                !$0.contains("019sms") && !$0.contains("template")
            }
        }
        func expect(_ expected: [Substring], sourceLocation: SourceLocation = #_sourceLocation) async throws {
            let found = try await findings()
            #expect(found == expected, sourceLocation: sourceLocation)
        }
        let set = "         → replyd webhook set --config replyd.yaml --account 972771234567"
        try await expect([
            "wrong    account 972771234567: the provider has no webhook address: no message arrives",
            "\(set) --url https://your.host",
        ])
        let urlless = try await scene.run("webhook", "set", "--config", "replyd.yaml", "--account", Scene.digital)
        #expect(
            urlless == (
                1, "",
                "replyd: account 972771234567: the provider has no webhook address of replyd's yet. Say where it reaches replyd: --url https://your.host\n"
            ))

        try await webhook("https://other.example/hooks/webhook-secret-never")
        try await expect([
            "wrong    account 972771234567: the provider delivers to https://other.example/•••, and not to replyd",
            "\(set) --url https://your.host",
        ])
        try await webhook(
            "http://shop.example/webhook/972771234567?key=old",
            ["retry": .integer(0), "readStatus": "0", "system": "0"])
        try await expect([
            "wrong    account 972771234567: the provider delivers to http://shop.example/webhook/972771234567 with a key other than `webhook_secret`: replyd turns it away",
            "\(set)",
            "warning  account 972771234567: the provider delivers to http://shop.example unencrypted: others can read key and messages",
            "\(set) --url https://your.host",
            "wrong    account 972771234567: `retry` is off at the provider: a webhook that fails once is lost",
            "\(set)",
            "wrong    account 972771234567: `readStatus` is off at the provider: nobody learns what was delivered, nor settles what is unknown",
            "\(set)",
            "wrong    account 972771234567: `system` is off at the provider: nobody learns of sends that fail later",
            "\(set)",
        ])

        let running = try await scene.start()
        try scene.pinPort(of: running)
        try await webhook("http://127.0.0.1:\(running.port)/webhook/972771234567", ["retry": .integer(0)])
        let keyless = try await scene.run(
            "webhook", "show", "--config", "replyd.yaml", "--account", Scene.digital)
        #expect(
            steady(keyless.output, scene)
                == "account 972771234567: http://ADDRESS/webhook/972771234567 (not with `webhook_secret`: replyd turns it away); retry off, readStatus off, system off\n"
        )
        let command = try await scene.run("webhook", "set", "--config", "replyd.yaml")
        #expect(
            steady(command.output, scene)
                == "account 972771234567: http://ADDRESS/webhook/972771234567?key=•••; retry on, readStatus on, system on\n"
        )
        #expect(
            command.errors == """
                account 972550000019: 019sms has no call for this. On its web pages the address is https://your.host/webhook/972550000019?key=•••, with your webhook_secret as the key
                account 972550000020: 019sms-v2 has no call for this. On its web pages the address is https://your.host/webhook/972550000020?key=•••, with your webhook_secret as the key

                """)
        #expect(command.status == 0)
        #expect(try await scene.run("webhook", "set", "--config", "replyd.yaml", "--account", Scene.sms).status == 1)
        let shown = try await scene.run("webhook", "show", "--config", "replyd.yaml", "--account", Scene.digital)
        #expect(shown == (0, command.output, ""))
        #expect(try await findings().allSatisfy { $0.hasPrefix("ok ") })
        // The webhook works: a message that the contact writes now arrives.
        #expect(try await scene.say("opening hours") == 200)
        _ = try await scene.accepted(1)

        // Another server stands in replyd's place.
        try await webhook("http://127.0.0.1:\(scene.sandboxPort)/webhook/972771234567?key=\(Scene.webhookSecret)")
        #expect(
            try await findings().map { steady(String($0), scene) }.suffix(2) == [
                "wrong    account 972771234567: no replyd answers at http://PROVIDER/webhook/972771234567, but something that says HTTP 404",
                "         → let the proxy in front pass /webhook/ on to http://ADDRESS",
            ])
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        try await webhook("http://127.0.0.1:\(running.port)/webhook/972771234567?key=\(Scene.webhookSecret)")
        let unreachable = try await findings()
        #expect(unreachable.contains { $0.hasPrefix("warning  ") && $0.contains("can't be reached from here: ") })
        let refused = try await scene.run("webhook", "set", "--config", "replyd.yaml", "--url", "http://shop.example")
        #expect(refused.status == 64)
        #expect(
            refused.errors.hasPrefix(
                "replyd: --url is unencrypted: others could read the key and the messages. Write https://, with a proxy such as nginx or Caddy in front of replyd.\n"
            ), "\(refused.errors)")
        #expect(
            try await scene.run("webhook", "show", "--config", "replyd.yaml", "--account", "1") == (
                1, "", "replyd: there is no account 1 in replyd.yaml.\n"
            ))
    }

    @Test func filesThatOthersMayReadOrChangeAreFound() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        func permit(_ mode: Int, _ name: String) throws {
            try FileManager.default.setAttributes(
                [.posixPermissions: mode], ofItemAtPath: scene.folder.appendingPathComponent(name).path)
        }
        try permit(0o666, "replyd.yaml")
        try permit(0o666, "rules.yaml")
        try permit(0o640, "data.sqlite")
        try permit(0o644, "secret")
        let careless = try await doctor(scene).output
        for text in [
            "wrong    configuration: replyd.yaml:",
            "everybody on this machine can read the secret in 'secret'\n         → chmod 600 secret,",
            "wrong    configuration: everybody on this machine can change it\n         → chmod o-w replyd.yaml\n",
            "wrong    rules: everybody on this machine can change them\n         → chmod -R o-w rules.yaml\n",
            "wrong    database: others than its owner may read what customers wrote\n         → chmod 600 data.sqlite*\n",
            "wrong    daemon: it does not run\n         → replyd serve --config replyd.yaml\n",
        ] {
            #expect(careless.contains(text), "\(text) in \(careless)")
        }
        #expect(!careless.contains("read this secret"))
        try scene.configure("", key: Scene.apiKey)
        try permit(0o644, "replyd.yaml")
        try permit(0o600, "secret")
        let finding = "replyd.yaml:9:14: warning: everybody on this machine can read this secret\n"
        #expect(
            try await doctor(scene).output.contains(
                "wrong    configuration: \(finding)         → chmod 640 replyd.yaml, with the group that replyd runs as; or keep it in a file of its own, like api_key_file\n"
            ))
        // `check` alone says the same.
        let check = try await scene.run("check", "--config", "replyd.yaml")
        #expect(check.status == 0 && check.output.hasPrefix(finding), "\(check.output)")
        #expect(!check.output.contains(Scene.apiKey))
        try permit(0o640, "replyd.yaml")
        #expect(try await !scene.run("doctor", "--config", "replyd.yaml").output.contains("read this secret"))
    }

    @Test func rulesAndDatabasesThatCantBeUsedAreFound() async throws {
        let scene = try await Scene(rules: "version: 1\nrules: [{id: a, match: hi, replay: x}]\n")
        try Data("not a database, but long enough to be looked at as one".utf8).write(
            to: scene.folder.appendingPathComponent("data.sqlite"))
        let findings = try await doctor(scene)
        #expect(findings.status == 1)
        #expect(
            findings.output.contains(
                "wrong    rules: rules.yaml can't be used: 1 error\n         → replyd check --config replyd.yaml\n"),
            "\(findings.output)")
        #expect(findings.output.contains("wrong    database: the file data.sqlite is not a replyd database."))
        try scene.configure("", database: "nowhere/data.sqlite")
        #expect(
            try await doctor(scene).output.contains(
                "wrong    database: there is no folder nowhere for it\n"))
        let unreachable = "http://127.0.0.1:1"
        try scene.configure("", database: "new.sqlite", providers: [Scene.digital: unreachable])
        let new = try await doctor(scene).output
        #expect(new.contains("ok       database: there is none yet; replyd serve makes new.sqlite\n"))
        #expect(new.contains("wrong    account 972771234567: the provider can't be reached: "))
        #expect(try await scene.run("doctor", "--config", "nowhere.yaml").status == 78)
    }

    @Test func theCommandsAreThoseOfThisInstallation() throws {
        let units = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: units, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: units) }
        try Data("[Service]\nExecStart=/usr/bin/replyd serve --config /etc/replyd/replyd.yaml\n".utf8).write(
            to: units.appendingPathComponent("replyd.service"))
        let service = Installation(of: "/etc/replyd/../replyd/replyd.yaml", units: ["/nowhere", units.path])
        #expect(service.start == "systemctl start replyd" && service.restart == "systemctl restart replyd")
        let other = Installation(of: "replyd.yaml", units: [units.path])
        #expect(other.start == "replyd serve --config replyd.yaml")
        #expect(other.restart == "Ctrl-C, and replyd serve --config replyd.yaml")
    }

    @Test func aClockThatIsWrongIsFound() throws {
        let configuration = Configuration(database: "d", rules: "r", accounts: [])
        let loaded = ConfigurationLoader().load(path: "/nowhere")
        let checkup = Checkup(loaded: loaded, configuration: configuration, file: "replyd.yaml")
        let wrong = checkup.clock(now: Timestamp(seconds: 0), zone: .utc)
        #expect(wrong.map(\.severity) == [.wrong, .wrong])
        #expect(
            wrong.map(\.remedy) == [
                "set it, and keep it right: timedatectl set-ntp true",
                "install replyd anew, as it was built: it brings its time zones along",
            ])
        #expect(checkup.clock(zone: nil).map(\.severity) == [.wrong])
        #expect(AccountCheckup.skew(.seconds(30)) == nil && AccountCheckup.skew(.seconds(-30)) == nil)
        #expect(AccountCheckup.skew(.seconds(95))?.text == "it is 95 seconds behind the provider's")
        #expect(AccountCheckup.skew(.seconds(-31))?.text == "it is 31 seconds ahead of the provider's")
    }
}
