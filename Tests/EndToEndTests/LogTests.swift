import Foundation
import Providers
import Testing

@testable import Sandbox

/// What the log says, in which words, and to whom.
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
                /info: decided account=972771234567 contact=972…567 message=U1 outcome=reply reason=matched rule=hours took=\d+ms$/
            ))
        for text in ["party", "Dana", Scene.contact, "09:00", "debug:"] {
            #expect(!running.process.errors.contains(text), "\(text)")
        }
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
        let refused = try #require(lines.first { $0?["level"] == "error" } ?? nil)
        #expect(refused["msg"]?.text?.contains("\nrules.yaml:4:5: error: unknown key 'mach' in a rule") == true)
    }

    @Test func theLevelIsThatOfTheConfigurationUntilASignalLowersIt() async throws {
        let scene = try await Scene(settings: "log_level: warning")
        // Nobody says where it listens.
        let process = try ReplydProcess(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        defer { process.send(SIGKILL) }
        try await scene.eventually {
            FileManager.default.fileExists(atPath: scene.folder.appendingPathComponent("data.sqlite-wal").path)
        }
        // A signal before it is awaited would end it.
        try await scene.eventually { Self.catches(SIGUSR2, process.pid) }
        #expect(!process.errors.contains("notice"))
        process.send(SIGUSR2)
        try await scene.eventually {
            process.errors.contains("notice: the log is of level debug and above from now on")
        }
        process.send(SIGUSR2)
        try scene.write(rules: "nonsense")
        #expect(await process.waits(for: "error: the changed rules are wrong"))
        process.send(SIGTERM)
        #expect(await process.exit() == .init(status: 0, wasKilled: false))
        #expect(!process.errors.contains("notice: stopped"))
    }

    /// Whether a process has something to do at that signal (proc(5), `SigCgt`).
    private static func catches(_ signal: Int32, _ process: pid_t) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8),
            let mask = status.firstMatch(of: /Sig(?:Cgt|Ign):\s*([0-9a-f]+)\nSigCgt:\s*([0-9a-f]+)/)
        else { return false }
        let bit = UInt64(1) << UInt64(signal - 1)
        return [mask.1, mask.2].contains { (UInt64($0, radix: 16) ?? 0) & bit != 0 }
    }
}
