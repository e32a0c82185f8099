import JSONText
import Providers
import Testing

@testable import Sandbox

/// Releasing entries: the API, the console and the command say the same about what can be released, and why not.
@Suite struct ReleaseTests {
    private static let shut =
        "entry 1 can't be sent now: the 24-hour window has shut, and the rule had no template for that case. It can be sent once the contact has written again; until then only a template can reach the contact."

    @Test func anEntryWhoseWindowHasShutSaysWhyItCannotBeReleased() async throws {
        let rules = "version: 1\nrules:\n  - {id: hours, match: opening hours, reply: \"09:00\"}\n"
        let scene = try await Scene(rules: rules, settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        await scene.sandbox.setFaults([Fault(.reason(7), times: 1)])
        try await scene.say("opening hours")
        try await scene.expectEntries(["failed"])
        let entry = try await admin.call("GET", "/api/outbox/1").json
        #expect(entry["reason"] == "window-expired" && entry["release_refused"] == .string(Self.shut))
        for path in ["/api/outbox", "/api/conversations/1"] {
            #expect(try await admin.call("GET", path).body.contains("entry 1 can't be sent now: "), "\(path)")
        }
        #expect(try await admin.call("POST", "/api/outbox/1/release").failure == "409 conflict: \(Self.shut)")
        let command = try await scene.run("outbox", "release", "--config", "replyd.yaml", "1")
        #expect(command == (1, "", "replyd: \(Self.shut)\n"))
        #expect(
            try await scene.run("outbox", "show", "--config", "replyd.yaml", "1").output.hasSuffix(
                "\n  \(Self.shut)\n"))

        // Once the contact has written, it can be sent.
        try await scene.say("hello?")
        try await scene.expectDecisions(2)
        let opened = try await admin.call("GET", "/api/outbox/1").json
        #expect(opened["release_refused"] == nil && opened["entry"] == .integer(1))
        #expect(try await admin.call("POST", "/api/outbox/1/release").status == 200)
        try await scene.expectEntries(["sent"])
        #expect(
            try await admin.call("GET", "/api/outbox/1").json["release_refused"]
                == "entry 1 is sent; only held, failed and dropped ones, and those that wait for a stopped account, can be released."
        )
        _ = await scene.stop(running)
    }

    /// Nobody need wait for replyd's own next try, nor restart it.
    @Test(.timeLimit(.minutes(1)), arguments: ["API", "command"])
    func anEntryOfAStoppedAccountIsReleasedOnceTheAccountIsMended(way: String) async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        await scene.sandbox.setFaults([Fault(.reason(3))])
        try await scene.say("opening hours")
        try await scene.expect("SELECT number FROM stopped_account", gives: [Scene.digital])
        try await scene.expectEntries(["waiting"])
        let entry = try await admin.call("GET", "/api/outbox/1").json
        #expect(entry["release_refused"] == nil && entry["state"] == "waiting")

        await scene.sandbox.setFaults([])
        if way == "API" {
            #expect(try await admin.call("POST", "/api/outbox/1/release").json["released_at"]?.integer != nil)
        } else {
            let command = try await scene.run("outbox", "release", "--config", "replyd.yaml", "1")
            #expect(command == (0, "", "entry 1 is released\n"))
        }
        try await scene.expectEntries(["sent"])
        try await scene.expect("SELECT count(*) FROM stopped_account", gives: ["0"])
        _ = await scene.stop(running)
    }

    /// An account that is in order has nothing to be mended: what waits there goes by itself.
    @Test func whatWaitsForAnotherReasonIsNotReleased() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        await scene.sandbox.setFaults([Fault(.status(500, retryAfter: 900), times: 1)])
        try await scene.say("opening hours")
        try await scene.expect("SELECT state || attempts FROM outbox", gives: ["waiting1"])
        #expect(
            try await admin.call("POST", "/api/outbox/1/release").failure
                == "409 conflict: entry 1 is waiting; only held, failed and dropped ones, and those that wait for a stopped account, can be released."
        )
        _ = await scene.stop(running)
    }
}
