import Daemon
import Foundation
import RawServer
import Responder
import Testing

@testable import Sandbox

@Suite(.serialized) struct LifecycleTests {
    @Test(arguments: [SIGTERM, SIGINT])
    func aStopFinishesWhatIsUnderWayAndEndsWellAndSoon(signal: Int32) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.delay(.seconds(2)))])
        try await scene.say("opening hours")
        try await scene.eventually { (try? scene.entryStates()) == ["sending"] }
        running.process.send(signal)
        #expect(await running.process.exit() == .init(status: 0, wasKilled: false))
        #expect(try scene.entryStates() == ["sent"])
        #expect(await scene.sandbox.received.count == 1)
    }

    @Test func anIdleStopIsQuick() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let clock = ContinuousClock()
        let time = await clock.measure { #expect(await scene.stop(running) == .init(status: 0, wasKilled: false)) }
        #expect(time < .seconds(10))
    }

    @Test func aDryRunSendsNothingAndShowsEverything() async throws {
        let scene = try await Scene()
        let running = try await scene.start("--dry-run")
        for account in [Scene.digital, Scene.sms] {
            try await scene.say("opening hours", to: account, unique: "U\(account)")
        }
        try await scene.expect(
            "SELECT state FROM outbox", gives: ["dry-run", "dry-run"], database: "data.sqlite.dry-run")
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(await scene.sandbox.received.isEmpty)
        let lines = Set(running.process.output.split(separator: "\n").map(String.init))
        let base = "http://127.0.0.1:\(scene.sandboxPort)"
        #expect(
            lines == [
                #"{"body":{"apiKey":"•••","body":"א׳–ה׳ 09:00–18:00","from":"972771234567","replyTo":"U972771234567","to":"972501234567"},"headers":{"Accept":"application/json","Content-Type":"application/json; charset=utf-8"},"method":"POST","url":"\#(base)/whatsapp/v2/sendMessage"}"#,
                #"{"body":{"body":"א׳–ה׳ 09:00–18:00","from":"972550000019","replyTo":"U972550000019","to":"972501234567"},"headers":{"Accept":"application/json","Authorization":"Bearer •••","Content-Type":"application/json; charset=utf-8"},"method":"POST","url":"\#(base)/api/whatsapp/sendMessage"}"#,
            ]
        )
        #expect(try Set(scene.query("SELECT request FROM attempt", database: "data.sqlite.dry-run")) == lines)
        #expect(!FileManager.default.fileExists(atPath: scene.folder.appendingPathComponent("data.sqlite").path))
    }

    /// Secrets stay in memory, whatever goes wrong: neither output nor log, database, backup nor any other file has
    /// them.
    @Test func secretsAreNowhereToBeSeen() async throws {
        let scene = try await Scene(accountSettings: "timeout: 1s")
        var written = ""
        func run(_ arguments: String...) async throws {
            let result = try await ReplydProcess.run(
                arguments, environment: ["API_KEY": Scene.apiKey], in: scene.folder)
            #expect(!(result.output + result.errors).isEmpty, "\(arguments)")
            written += result.output + result.errors
        }
        for arguments in [[], ["--dry-run"]] {
            let running = arguments.isEmpty ? try await scene.start() : try await scene.start("--dry-run")
            await scene.sandbox.setFaults([
                Fault(.reason(3)), Fault(.garbled), Fault(.status(500, retryAfter: nil)), Fault(.lost), Fault(.hang),
                Fault(.reset), Fault(.late(7)), Fault(.status(302, retryAfter: nil)),
            ])
            for number in 0..<9 {
                try await scene.say("opening hours", to: Scene.digital, from: "97250123450\(number)")
                try await scene.say("opening hours", to: Scene.sms, from: "97250123450\(number)")
            }
            _ = try await scene.post([], to: running, key: "wrong")
            _ = try await scene.post([], to: running)
            _ = try await scene.post(Array("{".utf8), to: running, headers: ["Content-Type": "x/\(Scene.apiKey)"])
            // A malformed request whose request line holds the key.
            let client = try RawClient(port: running.port)
            client.send("POST /webhook/\(Scene.digital)?key=\(Scene.webhookSecret) HTTP/1.1\r\nA B: C\r\n\r\n")
            written += await client.answer() ?? ""
            let database = arguments.isEmpty ? "data.sqlite" : "data.sqlite.dry-run"
            try await scene.eventually {
                (try? scene.query("SELECT outcome FROM attempt", database: database))?.isEmpty == false
            }
            if arguments.isEmpty {
                try await run("outbox", "list", "--config", "replyd.yaml", "--state", "waiting")
                try await run("outbox", "list", "--config", "replyd.yaml", "--json")
                try await run("outbox", "show", "--config", "replyd.yaml", "1")
                try await run("backup", "--config", "replyd.yaml", "copy.sqlite")
                try await run("status", "--config", "replyd.yaml")
                try await run("doctor", "--config", "replyd.yaml")
                try await run("webhook", "show", "--config", "replyd.yaml")
                try await run("serve", "--config", "replyd.yaml")
            }
            _ = await scene.stop(running)
            written += running.process.output + running.process.errors
        }
        // The key stands in the file itself, beside every kind of mistake.
        for mistake in ["rate: 5", "nonsense: [", "api_key: twice", "\ttab: 1", "allow_from: x"] {
            try scene.configure("", account: mistake, key: Scene.apiKey)
            try await run("serve", "--config", "replyd.yaml")
            try await run("check", "--rules", "rules.yaml", "--config", "replyd.yaml")
        }
        for secret in [Scene.apiKey, Scene.webhookSecret] { #expect(!written.contains(secret)) }
        for file in try FileManager.default.contentsOfDirectory(atPath: scene.folder.path)
        where !["secret", "replyd.yaml"].contains(file) {
            let data = try Data(contentsOf: scene.folder.appendingPathComponent(file))
            for secret in [Scene.apiKey, Scene.webhookSecret] {
                #expect(data.range(of: Data(secret.utf8)) == nil, "\(file)")
            }
        }
    }

    @Test func customersTextsAreNotInTheLog() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("opening hours, said the very private customer", name: "Very Private")
        _ = try await scene.accepted(1)
        _ = await scene.stop(running)
        let log = running.process.errors.lowercased()
        #expect(log.contains("decided"))
        #expect(!log.contains("private") && !log.contains(Scene.contact))
    }
}

@Suite(.serialized) struct StartTests {
    private func serve(_ scene: Scene, _ environment: [String: String] = ["API_KEY": Scene.apiKey]) async throws -> (
        exit: ReplydProcess.Exit, output: String, errors: String
    ) {
        try await ReplydProcess.run(["serve", "--config", "replyd.yaml"], environment: environment, in: scene.folder)
    }

    @Test func aWrongConfigurationEndsWith78AndSaysAllThatIsWrong() async throws {
        let scene = try await Scene()
        try scene.configure("max_age: soon\nlisten_to: x")
        let result = try await serve(scene, [:])
        #expect(result.exit == .init(status: 78, wasKilled: false))
        #expect(result.output.isEmpty)
        for text in [
            "replyd.yaml:4:10: error:", "replyd.yaml:5:1: error: unknown key 'listen_to'",
            "the environment variable API_KEY is not set",
        ] {
            #expect(result.errors.contains(text), "\(text) in \(result.errors)")
        }
        #expect(!result.errors.contains(Scene.webhookSecret))
    }

    @Test func wrongRulesEndWith78AndSayAllThatIsWrong() async throws {
        let scene = try await Scene(
            rules:
                "version: 1\nrules:\n  - id: a\n    match: hi\n    replay: x\n  - id: a\n    match: {regex: '('}\n    reply: x\n"
        )
        let result = try await serve(scene)
        #expect(result.exit == .init(status: 78, wasKilled: false))
        for text in [
            "rules.yaml:5:5: error: unknown key 'replay' in a rule", "did you mean 'reply'?",
            "rules.yaml:6:9: error: the id 'a' is taken", "rules.yaml:7:",
        ] {
            #expect(result.errors.contains(text), "\(text) in \(result.errors)")
        }
    }

    @Test func aMissingConfigurationOrUsageIsSaid() async throws {
        let scene = try await Scene()
        let missing = try await ReplydProcess.run(["serve", "--config", "nowhere.yaml"], in: scene.folder)
        #expect(missing.exit.status == 78)
        #expect(missing.errors.contains("nowhere.yaml: error: the configuration can't be read"))
        #expect(try await ReplydProcess.run(["serve"], in: FileManager.default.temporaryDirectory).exit.status == 64)
        #expect(try await ReplydProcess.run(["serv"], in: scene.folder).exit.status == 64)
        let version = try await ReplydProcess.run(["--version"], in: scene.folder)
        #expect(version.exit.status == 0 && version.output == "\(Daemon.version)\n")
    }

    @Test func aDatabaseInUseIsSaidInOneLine() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let second = try await serve(scene)
        #expect(second.exit.status == 78)
        #expect(
            second.errors
                == "replyd: the database ./data.sqlite is in use by another replyd (process \(running.process.pid)). Stop that one, or give this one its own `database`.\n"
                || second.errors
                    == "replyd: the database data.sqlite is in use by another replyd (process \(running.process.pid)). Stop that one, or give this one its own `database`.\n"
        )
        _ = await scene.stop(running)
    }

    @Test func aPortThatIsTakenIsSaidInOneLine() async throws {
        let scene = try await Scene()
        let path = scene.folder.appendingPathComponent("replyd.yaml")
        let yaml = try String(contentsOf: path, encoding: .utf8)
        try Data(yaml.replacing("127.0.0.1:0", with: "127.0.0.1:\(scene.sandboxPort)").utf8).write(to: path)
        let result = try await serve(scene)
        #expect(result.exit.status == 78)
        #expect(
            result.errors.hasSuffix(
                "replyd: 127.0.0.1:\(scene.sandboxPort) is taken by another program. Stop that program, or change `listen`.\n"
            ))
    }

    @Test func aFolderThatIsNotThereIsSaidInOneLine() async throws {
        let scene = try await Scene()
        let path = scene.folder.appendingPathComponent("replyd.yaml")
        let yaml = try String(contentsOf: path, encoding: .utf8)
        try Data(yaml.replacing("database: data.sqlite", with: "database: /nonexistent/data.sqlite").utf8).write(
            to: path)
        let result = try await serve(scene)
        #expect(result.exit.status == 78)
        #expect(
            result.errors
                == "replyd: the database /nonexistent/data.sqlite can't be opened: No such file or directory. Check that its folder exists and that replyd may write there.\n"
        )
    }
}
