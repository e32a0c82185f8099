import Foundation
import JSONText
import Providers
import Responder
import Testing

@testable import Sandbox

@Suite(.serialized) struct ProviderFaultTests {
    @Test(arguments: [
        Fault(.reason(6), times: 2), Fault(.status(503, retryAfter: nil), times: 2), Fault(.status(429, retryAfter: 1)),
        Fault(.status(500, retryAfter: nil)), Fault(.strings), Fault(.delay(.milliseconds(700))),
    ])
    func whatPassesIsTriedUntilItIsSent(fault: Fault) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([fault])
        try await scene.say("opening hours")
        #expect(try await scene.accepted(1).count == 1)
        try await scene.expectEntries(["sent"])
        _ = await scene.stop(running)
    }

    @Test(arguments: [(4, "failed"), (5, "failed"), (42, "failed")])
    func whatIsRefusedForGoodIsNotTriedAgain(reason: Int, state: String) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(reason))])
        try await scene.say("opening hours")
        try await scene.expectEntries([state])
        #expect(await scene.sandbox.received.count == 1)
        _ = await scene.stop(running)
    }

    /// Nobody can know whether these answers were sent, so nothing is sent again; without acks they stay held.
    @Test(arguments: [Fault.Kind.hang, .lost, .garbled, .reset])
    func whatMayHaveBeenSentIsHeld(kind: Fault.Kind) async throws {
        let scene = try await Scene(accountSettings: "timeout: 4s")
        let running = try await scene.start()
        try await scene.sandboxCall(
            "/whatsapp/v2/setWebhook",
            ["from": .string(Scene.digital), "apiKey": .string(Scene.apiKey), "readStatus": .integer(0)])
        await scene.sandbox.setFaults([Fault(kind)])
        try await scene.say("opening hours")
        try await scene.expectEntries(["held"])
        try await scene.eventually { await scene.sandbox.received.count == 1 }
        // A later message is answered, and the one before is not sent again.
        try await scene.say("count 2")
        try await scene.expectEntries(["held", "sent"])
        #expect(await scene.sandbox.received.count == 2)
        _ = await scene.stop(running)
    }

    @Test(arguments: [Fault.Kind.lost, .garbled])
    func anAckTellsThatItWasSentAfterAll(kind: Fault.Kind) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(kind)])
        try await scene.say("opening hours")
        try await scene.expectEntries(["sent"])
        #expect(await scene.sandbox.received.count == 1)
        _ = await scene.stop(running)
    }

    /// A wrong key stops the account and keeps its queue; everything goes out once the key is corrected.
    @Test func aWrongKeyStopsTheAccountUntilItIsMended() async throws {
        let scene = try await Scene()
        try scene.configure("", key: "not-the-key")
        let first = try await scene.start()
        for number in 1...3 { try await scene.say("count \(number)", from: "97250000000\(number)") }
        #expect(await first.process.waits(for: "the provider refused the API key (reason 3); sending is stopped"))
        try await scene.expectStops(["the provider refused the API key (reason 3)"])
        try await scene.expectAllEntries("waiting")
        #expect(await scene.sandbox.received.allSatisfy { $0.reason == 3 })
        _ = await scene.stop(first)
        try scene.configure("")
        let second = try await scene.start()
        #expect(try await scene.accepted(3).count == 3)
        try await scene.expectStops([])
        _ = await scene.stop(second)
    }

    /// No entry waits that could show whether the key is right now: the next message will show it.
    @Test func aStoppedAccountOfWhichNothingWaitsBeginsAnewWithTheNextStart() async throws {
        let scene = try await Scene()
        try scene.configure("", key: "not-the-key")
        let first = try await scene.start()
        try await scene.say("count 1")
        #expect(await first.process.waits(for: "sending is stopped"))
        _ = await scene.stop(first)
        let dropped = try await ReplydProcess.run(["outbox", "drop", "1"], in: scene.folder)
        #expect(dropped.exit.status == 0, "\(dropped.errors)")
        let second = try await scene.start()
        try await scene.expectStops([])
        _ = await scene.stop(second)
    }

    /// A fault of one account does not affect the others.
    @Test func oneStoppedAccountDoesNotStopAnother() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(2), times: nil, to: "972509999999")])
        try await scene.say("opening hours", to: Scene.sms, from: "972509999999")
        #expect(await running.process.waits(for: "sending is stopped"))
        try await scene.say("opening hours", to: Scene.digital)
        #expect(try await scene.accepted(1).map(\.from) == [Scene.digital])
        _ = await scene.stop(running)
    }

    @Test func aProviderThatIsNotThereIsWaitedFor() async throws {
        let scene = try await Scene()
        try scene.configure("")
        let path = scene.folder.appendingPathComponent("replyd.yaml")
        let yaml = try String(contentsOf: path, encoding: .utf8)
        // Nothing listens on port 1.
        try Data(yaml.replacing(":\(scene.sandboxPort)/", with: ":1/").utf8).write(to: path)
        let first = try await scene.start()
        try await scene.say("opening hours")
        #expect(await first.process.waits(for: "the provider can't be reached"))
        _ = await scene.stop(first)
        try scene.configure("")
        let second = try await scene.start()
        #expect(try await scene.accepted(1).count == 1)
        _ = await scene.stop(second)
    }
}
