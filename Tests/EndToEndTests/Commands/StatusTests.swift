import Daemon
import Foundation
import Responder
import Store
import Testing

@testable import Sandbox
@testable import replyd

extension Scene {
    /// Writes the port that a running replyd was given into the configuration.
    func pinPort(of running: Running) throws {
        let file = folder.appendingPathComponent("replyd.yaml")
        let yaml = try String(contentsOf: file, encoding: .utf8)
        try Data(yaml.replacing("listen: 127.0.0.1:0", with: "listen: 127.0.0.1:\(running.port)").utf8).write(to: file)
    }

    /// Runs a command to its end.
    func run(_ arguments: String...) async throws -> (status: Int32, output: String, errors: String) {
        let result = try await ReplydProcess.run(
            arguments,
            environment: ["API_KEY": Self.apiKey, "APP_SECRET": Self.appSecret, "NO_COLOR": "1", "TZ": "UTC"],
            in: folder)
        return (result.exit.status, result.output, result.errors)
    }
}

extension String {
    /// Returns the text with everything replaced that differs from run to run.
    func steady(_ replacements: (any RegexComponent, String)...) -> String {
        replacements.reduce(self) { $0.replacing($1.0, with: $1.1) }
    }
}

@Suite struct StatusTests {
    private func steady(_ text: String, _ running: Scene.Running) -> String {
        text.steady(
            (/process \d+/, "process N"), (/127\.0\.0\.1:\d+/, "ADDRESS"), (/revision [0-9a-f]+/, "revision R"),
            (/\d+ s ago \([^)]+\)/, "N s ago"), (/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "T"),
            (/[0-9.]+ KiB, [0-9.]+ .iB free/, "SIZE"))
    }

    @Test func itShowsHowThingsAreAndWhatNeedsAPerson() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try scene.pinPort(of: running)
        let fresh = try await scene.run("status", "--config", "replyd.yaml")
        #expect(
            steady(fresh.output, running) == """
                replyd    \(Daemon.version), process N, ready at ADDRESS
                time      T (UTC)
                rules     3 rules, revision R
                account   972771234567 (99digital): sending, 0 waiting, 0 held, 0 failed
                account   972550000019 (019sms): sending, 0 waiting, 0 held, 0 failed
                account   972550000020 (019sms-v2): sending, 0 waiting, 0 held, 0 failed
                messages  none came yet
                sends     none was accepted yet
                database  data.sqlite: SIZE
                Nothing needs you.

                """)
        #expect(fresh.status == 0 && fresh.errors.isEmpty)
        #expect(try await scene.run("status", "--config", "replyd.yaml", "--alive") == (0, "", ""))

        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        await scene.sandbox.setFaults([Fault(.reset, times: 1)])
        try await scene.say("opening hours", to: Scene.sms)
        try await scene.expectEntries(["sent", "held"])
        await scene.sandbox.setFaults([Fault(.reason(3))])
        try await scene.say("opening hours", to: Scene.smsV2)
        try await scene.expect("SELECT number FROM stopped_account", gives: [Scene.smsV2])
        try scene.write(rules: "version: 1\nrules: [{id: a, match: hi, replay: x}]\n")
        #expect(await running.process.waits(for: "the changed rules are wrong"))

        let troubled = try await scene.run("status", "--config", "replyd.yaml")
        #expect(
            steady(troubled.output, running) == """
                replyd    \(Daemon.version), process N, ready at ADDRESS
                time      T (UTC)
                rules     3 rules, revision R, 1 error in changed ones
                account   972771234567 (99digital): sending, 0 waiting, 0 held, 0 failed
                account   972550000019 (019sms): sending, 0 waiting, 1 held, 0 failed
                account   972550000020 (019sms-v2): stopped since T, 1 waiting, 0 held, 0 failed
                messages  the last came N s ago
                sends     the last was accepted N s ago
                database  data.sqlite: SIZE
                This needs you:
                - the changed rules are wrong (1 error); revision R stays in use, but replyd would not start again with these. See: replyd check --config replyd.yaml
                - account 972550000020: the provider refused the API key (reason 3); sending is stopped, 1 entry is waiting. See: replyd doctor --config replyd.yaml
                - nobody knows whether 1 entry was sent: it is held for you. See: replyd outbox list --config replyd.yaml --state held

                """)
        #expect(troubled.status == 1)
        let json = try await scene.run("status", "--config", "replyd.yaml", "--json")
        #expect(json.status == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        #expect(object["process"] as? Int == Int(running.process.pid) && object["ready"] as? Bool == true)
        let accounts = try #require(object["accounts"] as? [[String: Any]])
        #expect(accounts.map { $0["state"] as? String } == ["sending", "sending", "stopped"])
        #expect(accounts.map { $0["held"] as? Int } == [0, 1, 0])
        let problems = try #require(object["problems"] as? [String])
        #expect(problems.count == 3)

        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        let stopped = try await scene.run("status", "--config", "replyd.yaml")
        #expect(stopped.status == 1)
        #expect(
            steady(stopped.output, running).hasPrefix(
                "replyd    \(Daemon.version), not running\ntime      T (UTC)\naccount   972771234567 (99digital): not sending"
            ),
            "\(stopped.output)")
        #expect(
            stopped.output.contains(
                "- replyd does not run: webhooks are not taken. The rules are wrong (1 error), and it does not start with these. See: replyd check --config replyd.yaml\n"
            ), "\(stopped.output)")
        #expect(try await scene.run("status", "--config", "replyd.yaml", "--alive") == (1, "", ""))
    }

    /// It answers where the daemon would, from a database of its own.
    @Test func aDryRunIsNoDaemon() async throws {
        let scene = try await Scene()
        let running = try await scene.start("--dry-run")
        try scene.pinPort(of: running)
        let status = try await scene.run("status", "--config", "replyd.yaml")
        #expect(status.status == 1)
        #expect(
            status.output.hasPrefix(
                "replyd    \(Daemon.version), dry run, process \(running.process.pid), ready at "),
            "\(status.output)")
        #expect(
            status.output.contains(
                ": it sends nothing and leaves data.sqlite alone. Once it has shown enough, stop it and start replyd.\n"
            ),
            "\(status.output)")
        let doctor = try await scene.run("doctor", "--config", "replyd.yaml")
        #expect(doctor.output.contains("wrong    daemon: only a dry run answers at "), "\(doctor.output)")
        _ = await scene.stop(running)
    }

    @Test func aDatabaseThatIsNotThereOrNotOursIsSaid() async throws {
        let scene = try await Scene()
        let missing = try await scene.run("status", "--config", "replyd.yaml")
        #expect(missing.status == 1)
        #expect(
            missing.output.steady((/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, "T"), (/[0-9.]+ .iB free/, "SIZE free")) == """
                replyd    \(Daemon.version), not running
                time      T (UTC)
                account   972771234567 (99digital): unknown
                account   972550000019 (019sms): unknown
                account   972550000020 (019sms-v2): unknown
                database  data.sqlite: none, SIZE free
                This needs you:
                - replyd does not run: webhooks are not taken. Start it: systemctl start replyd, or replyd serve --config replyd.yaml
                - there is no database data.sqlite yet: `replyd serve` makes it at its first start. Where it has run before, check `database` in the configuration.

                """)
        #expect(try await scene.run("status", "--config", "nowhere.yaml").status == 78)
    }

    @Test func entriesThatWereGivenUpNeedAPersonUntilSheHasDecided() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try scene.pinPort(of: running)
        await scene.sandbox.setFaults([Fault(.reason(4), times: 2)])
        for number in 1...2 { try await scene.say("opening hours", from: "97250000000\(number)") }
        try await scene.expectEntries(["failed", "failed"])
        let status = try await scene.run("status", "--config", "replyd.yaml")
        #expect(status.status == 1)
        #expect(status.output.contains("\naccount   972771234567 (99digital): sending, 0 waiting, 0 held, 2 failed\n"))
        #expect(
            status.output.hasSuffix(
                """
                This needs you:
                - 2 entries were given up within a week: the provider refused, or the time was over. See why, and release or drop each: replyd outbox list --config replyd.yaml

                """), "\(status.output)")
        let list = try await scene.run("outbox", "list", "--config", "replyd.yaml")
        #expect(list.output.split(separator: "\n").count == 3)
        #expect(
            try await scene.run("outbox", "drop", "--config", "replyd.yaml", "1", "9", "2") == (
                1, "",
                """
                entry 1 is dropped
                replyd: there is no entry 9. `replyd outbox list` shows those there are.
                entry 2 is dropped

                """
            ))
        let decided = try await scene.run("status", "--config", "replyd.yaml")
        #expect(decided.status == 0 && decided.output.hasSuffix("\nNothing needs you.\n"), "\(decided.output)")
        _ = await scene.stop(running)
    }

    /// The user who looks at the database need not be the user that the daemon runs as.
    @Test func whatAsksNobodyButTheDatabaseNeedsNoSecrets() async throws {
        let scene = try await Scene()
        try scene.configure("admin: 127.0.0.1:0\nadmin_token: ${NOT_SET}\nalert_url: ${NOT_SET}")
        let running = try await scene.start(environment: ["NOT_SET": "https://a.example/0123456789abcdef"])
        try await scene.say("opening hours")
        try await scene.expectEntries(["sent"])
        try FileManager.default.removeItem(at: scene.folder.appendingPathComponent("secret"))
        func run(_ words: String) async throws -> (status: Int32, errors: String) {
            let arguments = words.split(separator: " ").map(String.init) + ["--config", "replyd.yaml"]
            let result = try await ReplydProcess.run(
                arguments, environment: ["NO_COLOR": "1", "API_KEY": ""], in: scene.folder)
            return (result.exit.status, result.errors)
        }
        for words in ["outbox list", "outbox show 1", "report", "replay --against rules.yaml", "status --json"] {
            let result = try await run(words)
            #expect(result == (0, ""), "\(words): \(result)")
        }
        #expect(try await run("backup copy.sqlite") == (0, "the database is copied to copy.sqlite\n"))
        #expect(try await run("outbox drop 7").errors.hasPrefix("replyd: there is no entry 7."))
        for words in ["doctor", "webhook show", "serve", "check --rules rules.yaml"] {
            let result = try await ReplydProcess.run(
                words.split(separator: " ").map(String.init) + ["--config", "replyd.yaml"],
                environment: ["API_KEY": ""], in: scene.folder)
            #expect(result.exit.status == (words.hasPrefix("check") ? 1 : 78), "\(words)")
            #expect(
                (result.output + result.errors).contains("the environment variable NOT_SET is not set"), "\(words)")
        }
        _ = await scene.stop(running)
    }

    /// Opening a pipe would wait for a writer.
    @Test(.timeLimit(.minutes(1))) func whatIsNoRegularFileIsRefusedAndNotWaitedFor() async throws {
        let scene = try await Scene()
        for name in ["pipe.yaml", "pipe.sqlite", "pipe.key"] {
            try #require(mkfifo(scene.folder.appendingPathComponent(name).path, 0o600) == 0)
        }
        #expect(
            try await scene.run("status", "--config", "pipe.yaml") == (
                78, "",
                """
                pipe.yaml: error: the configuration is no regular file
                   it may be no folder, pipe or device

                """
            ))
        try scene.configure("", database: "pipe.sqlite")
        let why =
            "replyd: the database pipe.sqlite can't be opened: it is no regular file. Check that its folder exists and that replyd may write there.\n"
        #expect(try await scene.run("outbox", "list", "--config", "replyd.yaml") == (78, "", why))
        #expect(try await scene.run("report", "--config", "replyd.yaml") == (78, "", why))
        #expect(try await scene.run("serve", "--config", "replyd.yaml") == (78, "", why))
        let text = try String(contentsOf: scene.folder.appendingPathComponent("replyd.yaml"), encoding: .utf8)
        try Data(text.replacing("api_key: ${API_KEY}", with: "api_key_file: pipe.key").utf8).write(
            to: scene.folder.appendingPathComponent("replyd.yaml"))
        let key = try await scene.run("serve", "--config", "replyd.yaml")
        #expect(key.status == 78 && key.errors.contains("the file 'pipe.key' can't be read"))
        let replay = try await scene.run("try", "--rules", "pipe.yaml", "hello")
        #expect(replay.status == 1 && replay.errors == "pipe.yaml: error: pipe.yaml is not a regular file\n")
    }

    private static let report = StatusReport(
        config: "replyd.yaml", listen: .init(host: "::1", port: 80), process: 7, probe: .stranger,
        accounts: [.init(number: "972771234567", provider: "99digital")], overview: Overview(),
        database: "/d", size: 512, now: Timestamp(seconds: 1_800_000_000))

    @Test func eachTroubleWithTheDaemonHasItsWords() {
        func problems(_ change: (inout StatusReport) -> Void) -> [String] {
            var report = Self.report
            change(&report)
            return report.problems.map(\.sentence)
        }
        #expect(
            problems { _ in } == [
                "another program answers at [::1]:80, not replyd (process 7). Restart replyd if `listen` was changed."
            ])
        #expect(
            problems { $0.probe = .nobody("Connection refused") } == [
                "replyd (process 7) does not answer at [::1]:80: Connection refused. It has just started, or was started with another `listen`; if this lasts, restart it."
            ])
        #expect(
            problems {
                $0.process = nil
                $0.probe = .replyd(.init())
            } == [
                "a replyd answers at [::1]:80, but none serves from /d: it has another configuration. Stop it, or change `listen`."
            ])
        #expect(
            problems { $0.probe = .replyd(.init(storeFailure: "the disk is full.")) } == [
                "webhooks are turned away: the disk is full."
            ])
    }

    @Test func whoMayNotLookIsToldSoAndNothingElse() {
        var report = Self.report
        report.process = nil
        report.probe = .replyd(.init())
        report.overview = nil
        report.isForbidden = true
        report.storeFailure = "\(StoreError.forbidden(path: "/d"))"
        #expect(
            report.problems.map(\.sentence) == [
                "you may not read the database /d. Run this as root, or as the user that replyd runs as."
            ])
    }

    @Test func aConfigurationThatTheDaemonDoesNotKnowYetIsSaid() {
        var report = Self.report
        report.probe = .replyd(.init(accounts: ["972771234567"]))
        #expect(report.problems.isEmpty)
        report.probe = .replyd(.init(accounts: ["972550000019", "972771234567"]))
        #expect(
            report.problems.map(\.sentence) == [
                "the daemon serves 972550000019, 972771234567, for so it was started; replyd.yaml has changed since. Restart it: systemctl restart replyd"
            ])
    }

    @Test func anAccountThatTakesNothingMoreIsSaid() {
        var report = Self.report
        report.probe = .unknownPort
        var open = Overview.Open()
        open.waiting = 1199
        report.overview?.open["972771234567"] = open
        report.limit = 1200
        #expect(report.problems.isEmpty)
        report.overview?.open["972771234567"]?.waiting = 1200
        #expect(
            report.problems.map(\.sentence) == [
                "account 972771234567: 1,200 entries wait, more than `max_memory` allows: its webhooks are turned away. See whether the provider takes them: replyd doctor --config replyd.yaml"
            ])
    }

    @Test func postsThatNobodyTakesAreSaid() {
        var report = Self.report
        report.probe = .unknownPort
        var open = Overview.Open()
        (open.stuckPosts, open.failedPosts) = (1, 1200)
        report.overview?.open["972771234567"] = open
        #expect(
            report.problems.map(\.sentence) == [
                "1 post to a link of a rule has not been taken for an hour or longer; it is tried again for a day. See why: replyd outbox list --config replyd.yaml",
                "1,200 posts to links of rules were given up within a week: the links refused, or the time was over. See why, and release or drop each: replyd outbox list --config replyd.yaml",
            ])
        #expect(report.problems.allSatisfy { $0.kind == .posts })
    }

    @Test(arguments: [
        (0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (1_600_000, "1.5 MiB"), (5 << 40, "5.0 TiB"),
        (5 << 50, "5120.0 TiB"),
    ])
    func amountsAreReadable(bytes: Int, text: String) {
        #expect(StatusReport.amount(bytes) == text)
    }
}
