import Foundation
import HTTPTransport
import Responder
import Testing

@testable import Sandbox

/// `replay` and `report`, run beside the daemon whose messages they read.
@Suite(.serialized) struct LookingBackTests {
    private func run(_ scene: Scene, _ arguments: String...) async throws -> (
        status: Int32, output: String, errors: String
    ) {
        let result = try await ReplydProcess.run(
            arguments + ["--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        return (result.exit.status, result.output, result.errors)
    }

    private func write(_ rules: String, _ name: String, _ scene: Scene) throws {
        try Data(rules.utf8).write(to: scene.folder.appendingPathComponent(name))
    }

    @Test func aChangeIsTriedOnTheMessagesThatCame() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        for text in ["מה שעות פתיחה?", "order 12345", "parking?"] { try await scene.say(text) }
        _ = try await scene.accepted(2)
        try await scene.expectDecisions(3)
        let before = try scene.query(
            "SELECT sql || (SELECT group_concat(id || body || is_decided) FROM message) FROM sqlite_master WHERE sql IS NOT NULL"
        )

        try write(Scene.rules, "same.yaml", scene)
        let same = try await run(scene, "replay", "--against", "same.yaml")
        #expect(same.status == 0 && same.errors.isEmpty, "\(same.output)\(same.errors)")
        #expect(same.output.hasPrefix("3 messages of 1 conversation\nall that is stored\n\n  before"))
        #expect(same.output.contains("\n  same                                 3  100.0%\n"))

        let other = Scene.rules.replacing("שעות פתיחה, ", with: "").replacing(
            "  - id: count", with: "  - {id: parking, match: parking, reply: In the yard.}\n  - id: count")
        try write(other, "other.yaml", scene)
        let differs = try await run(scene, "replay", "--against", "other.yaml", "--since", "1h")
        #expect(differs.status == 1 && differs.errors.isEmpty)
        #expect(
            differs.output.contains(
                /newly silent: 1\n  1 × hours .*rules\.yaml:8 → no rule \(no-match\)\n    \d{4}-\d\d-\d\d \d\d:\d\d  972…567  מה שעות פתיחה\?\n      before  א׳–ה׳ 09:00–18:00\n      after   silent \(no-match\): no rule matches\n/
            ), "\(differs.output)")
        #expect(differs.output.contains("newly answered: 1\n  1 × no rule (no-match) → parking other.yaml:11\n"))
        #expect(differs.output.hasSuffix("      after   In the yard.\n"))

        let json = try await run(scene, "replay", "--against", "other.yaml", "--json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [String: Any])
        let counts = try #require(object["counts"] as? [String: Int])
        #expect(json.status == 1 && counts["newly_silent"] == 1 && counts["newly_answered"] == 1 && counts["same"] == 1)
        // Nothing was written, nothing was sent.
        #expect(
            try scene.query(
                "SELECT sql || (SELECT group_concat(id || body || is_decided) FROM message) FROM sqlite_master WHERE sql IS NOT NULL"
            ) == before)
        #expect(await scene.sandbox.received.count == 2)
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(try await run(scene, "replay", "--against", "same.yaml").status == 0)
    }

    @Test func aDaemonThatReloadedAndAPersonWhoAnsweredAreNoDifferenceOfTheRules() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        try scene.write(rules: Scene.rules.replacing("id: hours", with: "id: times"))
        #expect(await running.process.waits(for: "rules loaded"))
        let report = Array(#"{"hook":"update","unique":"from-elsewhere","from":"\#(Scene.contact)","ack":1}"#.utf8)
        #expect(try await scene.post(report, to: running).status == 200)
        try await scene.expect("SELECT count(*) FROM conversation WHERE paused_until IS NOT NULL", gives: ["1"])
        try await scene.say("opening hours")
        try await scene.expectReasons(["matched", "paused"])
        try write(Scene.rules.replacing("id: hours", with: "id: times"), "same.yaml", scene)
        let replay = try await run(scene, "replay", "--against", "same.yaml")
        #expect(replay.status == 0)
        #expect(
            replay.output.hasSuffix(
                "\n\nThe daemon itself had decided 1 of them otherwise: 1 by other revisions of the rules.\n"))
        _ = await scene.stop(running)
    }

    @Test func whatMustBeMendedFirstIsSaid() async throws {
        let scene = try await Scene()
        let none = try await run(scene, "replay", "--against", "rules.yaml")
        #expect(none.status == 78)
        #expect(
            none.errors.contains(
                "replyd: there is no database data.sqlite yet: `replyd serve` makes it at its first start."))
        #expect(!FileManager.default.fileExists(atPath: scene.folder.appendingPathComponent("data.sqlite").path))
        try write("version: 1\nrules:\n  - {id: a, replay: x}", "broken.yaml", scene)
        _ = await scene.stop(try await scene.start())
        let broken = try await run(scene, "replay", "--against", "broken.yaml")
        #expect(broken.status == 78 && broken.errors.contains("broken.yaml:3:13: error: unknown key 'replay'"))
        let since = try await run(scene, "report", "--since", "yesterday")
        #expect(since.status == 64)
        #expect(
            since.errors
                == "replyd: 'yesterday' is no time. Write it like 24h, 7d, 2026-11-21 or \"2026-11-21 22:30\".\n")
        let empty = try await run(scene, "report")
        #expect(empty.status == 0 && empty.output == "No message has come yet.\n")
        #expect(try await run(scene, "replay", "--against", "rules.yaml", "--since", "2026-01-01").status == 0)
    }

    @Test func theReportShowsWhatTheDaemonDid() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        for (number, text) in ["opening hours", "order 12345", "יש חניה?", "חניה לנכים", "opening hours"].enumerated() {
            try await scene.say(text, from: "97250123456\(number)")
        }
        try await scene.say("opening hours", from: "972521111111", ago: "30h")
        _ = try await scene.accepted(4)
        try await scene.expectEntries(4, "sent")
        let report = try await run(scene, "report", "--since", "1d")
        #expect(report.status == 0 && report.errors.isEmpty)
        #expect(report.output.hasPrefix("6 messages of 6 conversations\n2"))
        #expect(report.output.contains(/\n  hours +3 +50\.0% +2 +1 +0  .*rules\.yaml:8\n/), "\(report.output)")
        #expect(
            report.output.contains(/\nrules without a hit \(1\)\n.*\n  count  .*rules\.yaml:11\n/), "\(report.output)")
        #expect(
            report.output.contains(/\n +2 +2  חניה +חניה לנכים\n/), "\(report.output)")
        #expect(
            report.output.contains(
                /answer times \(4\)\n  median [0-9.]+ m?s, 95% within [0-9.]+ m?s, 99% within [0-9.]+ m?s\n/))
        #expect(report.output.contains("\ntemplates the provider accepted\n  1  reopen_chat\n"))
        let json = try await run(scene, "report", "--json").output
        let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
        #expect(object["outcomes"] as? [String: Int] == ["reply": 3, "template": 1, "silent": 2])
        #expect(object["windows_missed"] as? [String: Int] == ["silent": 0, "template": 1])
        _ = await scene.stop(running)
    }
}
