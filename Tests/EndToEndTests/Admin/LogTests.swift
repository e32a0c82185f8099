import Foundation
import JSONText
import Providers
import Testing

@testable import Sandbox

/// The contents of the log and their wording.
@Suite struct LogTests {
    @Test func aLineADecisionTellsWhatWasDecidedAndNothingOfWhatWasWritten() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("opening hours, for Noa's party", unique: "U1", name: "Dana")
        #expect(await running.process.waits(for: "info: sent"))
        _ = await scene.stop(running)
        let decided = try #require(running.process.errors.split(separator: "\n").first { $0.contains("info: decided") })
        #expect(
            decided.contains(
                /info: decided account=972771234567 contact=972…567 entries=1 message=U1 outcome=reply reason=matched rule=hours took=\d+ms$/
            ))
        for text in ["party", "Dana", Scene.contact, "09:00", "debug:"] {
            #expect(!running.process.errors.contains(text), "\(text)")
        }
    }

    /// Each of these expressions takes milliseconds for this text, and all messages wait for them.
    @Test func aMessageThatTookLongToDecideIsInTheLogWithItsTime() async throws {
        let rules = (0..<30).map { "  - {id: r\($0), match: {regex: '(?=.*a)(?=.*b\($0))'}, reply: hi}\n" }
        let scene = try await Scene(rules: "version: 1\nrules:\n\(rules.joined())")
        let running = try await scene.start()
        try await scene.say(String(repeating: "a", count: 4096), unique: "U1")
        #expect(
            await running.process.waits(
                for:
                    "warning: a message took long to decide, and all others waited. `replyd check` warns of slow regexes; very long messages take long as well. account=972771234567 message=U1 took="
            ))
        #expect(await running.process.waits(for: "info: decided"))
        _ = await scene.stop(running)
        let took = running.process.errors.matches(of: /(took long|info: decided).*took=(\d+)ms\n/).compactMap {
            Int($0.2)
        }
        #expect(took.count == 2 && took.allSatisfy { $0 > 20 }, "\(running.process.errors)")
    }

    /// An operator who asks later why nobody answered Dana finds the reason here.
    @Test func whatPeopleDoIsInTheLog() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        // Delivery reports would settle the held entries, so they are off.
        try await scene.sandboxCall(
            "/whatsapp/v2/setWebhook",
            ["from": .string(Scene.digital), "apiKey": .string(Scene.apiKey), "readStatus": .integer(0)])
        await scene.sandbox.setFaults([Fault(.lost, times: 5)])
        for number in 1...5 { try await scene.say("opening hours", from: "97250000000\(number)") }
        try await scene.expectEntries(5, "held")
        let login = try await admin.ask("POST", "/login", .object(["token": .string(AdminClient.token)]), headers: [:])
        let session = try #require(login.headers["set-cookie"]).prefix { $0 != ";" }
        let console = ["Cookie": String(session), "X-Replyd": "console"]
        // The order of the contacts, because the entries are sent side by side.
        let entries = try scene.query(
            "SELECT o.id FROM outbox o JOIN contact c ON c.id = o.conversation ORDER BY c.number")
        let conversations = try scene.query("SELECT id FROM contact ORDER BY number")
        for (path, headers) in [
            ("conversations/\(conversations[0])/pause", console), ("conversations/\(conversations[0])/resume", console),
            ("conversations/\(conversations[1])/opt-out", nil), ("conversations/\(conversations[1])/opt-in", nil),
            ("outbox/\(entries[0])/drop", console), ("outbox/\(entries[1])/release", nil),
        ] {
            let token = ["Authorization": "Bearer \(AdminClient.token)"]
            let answer = try await admin.ask("POST", "/api/\(path)", headers: headers ?? token)
            #expect(answer.status == 200, "\(path): \(answer.body)")
        }
        func command(_ words: String...) async throws {
            let result = try await ReplydProcess.run(words + ["--config", "replyd.yaml"], in: scene.folder)
            #expect(result.exit.status == 0, "\(result.errors)")
        }
        try await command("outbox", "drop", entries[2])
        try await scene.eventually {
            running.process.errors.contains("by hand: dropped account=972771234567 by=command")
        }
        try await command("outbox", "release", entries[3])
        try await scene.eventually {
            running.process.errors.contains("by hand: released account=972771234567 by=command")
        }
        try await command("forget", "--yes", "050-0000005")
        try await scene.eventually { running.process.errors.contains("by hand: forgotten") }
        _ = await scene.stop(running)
        let lines = running.process.errors.split(separator: "\n").compactMap { line -> String? in
            line.firstMatch(of: /info: (by hand: .*)$/).map { String($0.1) }
        }
        let (c, e) = (conversations, entries)
        #expect(
            lines.map { $0.replacing(/until=[-0-9T:.]+Z/, with: "until=T") } == [
                "by hand: logged in by=console",
                "by hand: paused account=972771234567 by=console contact=972…001 conversation=\(c[0]) until=T",
                "by hand: resumed account=972771234567 by=console contact=972…001 conversation=\(c[0])",
                "by hand: opted out account=972771234567 by=token contact=972…002 conversation=\(c[1])",
                "by hand: opted in account=972771234567 by=token contact=972…002 conversation=\(c[1])",
                "by hand: dropped account=972771234567 by=console contact=972…001 conversation=\(c[0]) entry=\(e[0])",
                "by hand: released account=972771234567 by=token contact=972…002 conversation=\(c[1]) entry=\(e[1])",
                "by hand: dropped account=972771234567 by=command conversation=\(c[2]) entry=\(e[2])",
                "by hand: released account=972771234567 by=command conversation=\(c[3]) entry=\(e[3])",
                "by hand: forgotten account=972771234567 by=command conversation=\(c[4])",
            ])
    }

    /// Includes actions on entries that were not held, actions while no daemon ran, and the user who became root for
    /// them.
    @Test func whatCommandsDoIsInTheLog() async throws {
        let scene = try await Scene()
        var running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(4), times: 2)])
        try await scene.say("opening hours", from: "972500000001")
        try await scene.say("opening hours", from: "972500000002")
        try await scene.expectEntries(2, "failed")
        func command(_ words: String...) async throws {
            let result = try await ReplydProcess.run(
                words + ["--config", "replyd.yaml"], environment: ["SUDO_USER": "noa"], in: scene.folder)
            #expect(result.exit.status == 0, "\(result.errors)")
        }
        try await command("outbox", "drop", "1")
        #expect(
            await running.process.waits(
                for: "by hand: dropped account=972771234567 by=command conversation=1 entry=1 user=noa\n"))
        _ = await scene.stop(running)
        try await command("forget", "--yes", "972500000002")
        running = try await scene.start()
        #expect(
            await running.process.waits(
                for: "by hand: forgotten account=972771234567 by=command conversation=2 user=noa\n"))
        #expect(!running.process.errors.contains("dropped"))
        try await scene.expect("SELECT count(*) FROM operator_action", gives: ["0"])
        _ = await scene.stop(running)
    }

    @Test func whoLoadsTheSameRulesAnewIsToldSo() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        running.process.send(SIGHUP)
        #expect(await running.process.waits(for: "notice: rules unchanged: revision "))
        #expect(await running.process.waits(for: " by=SIGHUP\n"))
        let admin = try await AdminClient(running.process)
        #expect(
            try await admin.ask(
                "POST", "/api/rules/reload", headers: ["Authorization": "Bearer \(AdminClient.token)"]
            ).status == 200)
        #expect(await running.process.waits(for: " by=token\n"))
        _ = await scene.stop(running)
    }

    @Test func whatADeliveryReportSettlesIsInTheLog() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.sandboxCall(
            "/whatsapp/v2/setWebhook",
            ["from": .string(Scene.digital), "apiKey": .string(Scene.apiKey), "readStatus": .integer(0)])
        await scene.sandbox.setFaults([Fault(.lost)])
        try await scene.say("opening hours")
        try await scene.expectEntries(["held"])
        _ = try await scene.post(
            Array(#"{"hook":"update","unique":"its-id","from":"\#(Scene.contact)","ack":2}"#.utf8), to: running)
        try await scene.eventually {
            running.process.errors.contains(
                "info: sent account=972771234567 entry=1 reason=delivery-report\n")
        }
        try await scene.expectEntries(["sent"])
        _ = await scene.stop(running)
    }

    @Test func programsGetAnObjectALine() async throws {
        let scene = try await Scene()
        let running = try await scene.start("--log-format", "json")
        try await scene.say("opening hours", unique: "U\"1\\")
        #expect(await running.process.waits(for: "\"msg\":\"sent\""))
        try scene.write(rules: "version: 1\nrules:\n  - id: a\n    mach: \"x\"\n")
        #expect(await running.process.waits(for: "the changed rules are wrong"))
        _ = await scene.stop(running)
        let lines = running.process.errors.split(separator: "\n").map { JSON(parsing: Array($0.utf8)) }
        #expect(lines.count > 4)
        for (line, json) in zip(running.process.errors.split(separator: "\n"), lines) {
            #expect(json?["time"]?.text?.contains(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) == true, "\(line)")
            #expect(json?["level"] != nil && json?["msg"] != nil, "\(line)")
        }
        let decided = try #require(lines.first { $0?["msg"] == "decided" } ?? nil)
        #expect(decided["message"] == "U\"1\\" && decided["rule"] == "hours" && decided["level"] == "info")
        // A number is a JSON number; a text that only looks like a number is none.
        #expect(decided["took"]?.integer != nil && decided["account"] == "972771234567")
        let sent = try #require(lines.first { $0?["msg"] == "sent" } ?? nil)
        #expect(sent["entry"] == .integer(1) && sent["attempt"] == .integer(1) && sent["took"]?.integer != nil)
        #expect(lines.contains { $0?["port"] == .integer(Int64(running.port)) })
        let refused = try #require(lines.first { $0?["level"] == "error" } ?? nil)
        #expect(refused["msg"]?.text?.contains("\nrules.yaml:4:5: error: unknown key 'mach' in a rule") == true)
    }

    @Test func theLevelIsThatOfTheConfigurationUntilASignalLowersIt() async throws {
        let scene = try await Scene(settings: "log_level: warning")
        // At this level no line names the port.
        let process = try ReplydProcess(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        defer { process.send(SIGKILL) }
        try await scene.eventually {
            FileManager.default.fileExists(atPath: scene.folder.appendingPathComponent("data.sqlite-wal").path)
        }
        #expect(!process.errors.contains("notice"))
        // A signal that comes before replyd handles it has no effect.
        try await scene.eventually {
            process.send(SIGUSR2)
            return await process.waits(
                for: "notice: the log is of level debug and above from now on", within: .milliseconds(500))
        }
        process.send(SIGUSR2)
        try scene.write(rules: "nonsense")
        #expect(await process.waits(for: "error: the changed rules are wrong"))
        process.send(SIGTERM)
        #expect(await process.exit() == .init(status: 0, wasKilled: false))
        #expect(!process.errors.contains("notice: stopped"))
    }
}
