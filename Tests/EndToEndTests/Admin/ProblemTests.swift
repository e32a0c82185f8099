import Foundation
import JSONText
import Providers
import Testing

@testable import Sandbox

/// What needs a person, by the API: the same, in the same words, as `replyd status` says.
@Suite struct ProblemTests {
    @Test func theAPISaysInTheSameWordsAsStatusWhatNeedsAPerson() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        try scene.pinPort(of: running)
        let admin = try await AdminClient(running.process)
        #expect(try await admin.call("GET", "/api/problems").json == .object(["problems": .array([])]))

        await scene.sandbox.setFaults([Fault(.reset, times: 1)])
        try await scene.say("opening hours", to: Scene.sms)
        try await scene.expectEntries(["held"])
        await scene.sandbox.setFaults([Fault(.reason(4), times: 1)])
        try await scene.say("opening hours")
        try await scene.expectEntries(["held", "failed"])
        await scene.sandbox.setFaults([Fault(.reason(3))])
        try await scene.say("opening hours", to: Scene.smsV2)
        try await scene.expect("SELECT number FROM stopped_account", gives: [Scene.smsV2])
        try scene.write(rules: "version: 1\nrules: [{id: a, match: hi, replay: x}]\n")
        #expect(await running.process.waits(for: "the changed rules are wrong"))

        let answer = try await admin.call("GET", "/api/problems").json
        guard case .array(let problems)? = answer["problems"] else {
            Issue.record("\(answer)")
            return
        }
        #expect(problems.compactMap { $0["kind"]?.text } == ["rules", "account", "held", "failed"])
        #expect(problems.map { $0["account"]?.text } == [nil, Scene.smsV2, nil, nil])
        #expect(
            problems[2]["text"] == "nobody knows whether 1 entry was sent: it is held for you"
                && problems[2]["remedy"] == "See: replyd outbox list --config replyd.yaml --state held")
        let status = try await scene.run("status", "--config", "replyd.yaml", "--json")
        let said = try #require(JSON(parsing: Array(status.output.utf8))?["problems"])
        #expect(
            said == .array(problems.map { .string("\($0["text"]?.text ?? "?"). \($0["remedy"]?.text ?? "?")") }))
        _ = await scene.stop(running)
    }

    @Test func aStoreThatTakesNothingIsOneOfThem() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        try FileManager.default.removeItem(at: scene.folder.appendingPathComponent("data.sqlite"))
        #expect(try await scene.say("opening hours") == 503)
        let first = try await admin.call("GET", "/api/problems").json["problems"]?[0]
        #expect(first?["kind"] == "store")
        #expect(first?["text"]?.text?.hasPrefix("webhooks are turned away: ") == true, "\(String(describing: first))")
        running.process.send(SIGKILL)
        _ = await running.process.exit()
    }
}
