import Foundation
import JSONText
import Providers
import Responder
import Testing

@testable import Sandbox

/// Kills the process between every two steps of the pipeline, as a power cut would, and starts it again.
@Suite(.serialized) struct CrashTests {
    private func crash(at point: String, _ scene: Scene, acks: Bool = true) async throws {
        let running = try await scene.start(environment: ["REPLYD_CRASH_AT": point])
        if !acks {
            try await scene.sandboxCall(
                "/whatsapp/v2/setWebhook",
                ["from": .string(Scene.digital), "apiKey": .string(Scene.apiKey), "readStatus": .integer(0)]
            )
        }
        // The provider retries until it gets its 200; here the next start gives it.
        _ = try? await scene.say("opening hours", unique: "U1")
        #expect(
            await running.process.exit() == .init(status: SIGKILL, wasKilled: true),
            "it should have crashed at '\(point)'")
    }

    /// The answer goes out exactly once, before the crash or after the restart.
    @Test(arguments: ["accepted", "ended"])
    func aCrashBeforeOrAfterTheRequestLosesNothingAndDoublesNothing(point: String) async throws {
        let scene = try await Scene()
        try await crash(at: point, scene)
        let running = try await scene.start()
        #expect(try await scene.say("opening hours", unique: "U1") == 200)
        #expect(try await scene.accepted(1).count == 1)
        try await scene.expectEntries(["sent"])
        // An answer sent twice would have been sent before this one, which comes after it in the conversation.
        try await scene.say("count me", unique: "U2")
        #expect(try await scene.accepted(2).map(\.replyTo) == ["U1", "U2"])
        #expect(await scene.sandbox.received.count == 2)
        #expect(try scene.decisions().count == 2)
        _ = await scene.stop(running)
    }

    /// The attempt was on record, but nobody knows whether it left, so it is held.
    @Test(arguments: [("begun", 0), ("answered", 1)])
    func aCrashAroundTheRequestLeavesItHeld(point: String, received: Int) async throws {
        let scene = try await Scene(webhookRetries: false)
        try await crash(at: point, scene, acks: false)
        #expect(await scene.sandbox.received.count == received)
        let running = try await scene.start()
        try await scene.expectEntries(["held"])
        try await scene.say("count me", unique: "U2")
        try await scene.expectEntries(["held", "sent"])
        #expect(await scene.sandbox.received.count == received + 1)
        _ = await scene.stop(running)
    }

    @Test(arguments: [("begun", 1), ("answered", 2)])
    func orIsSentAgainWhereThatIsConfigured(point: String, received: Int) async throws {
        let scene = try await Scene(accountSettings: "on_unknown: resend", webhookRetries: false)
        try await crash(at: point, scene, acks: false)
        let running = try await scene.start()
        try await scene.expectEntries(["sent"])
        #expect(await scene.sandbox.received.count == received)
        _ = await scene.stop(running)
    }

    /// An ack for the send whose answer was lost in the crash shows that it was sent after all.
    @Test func anAckSettlesWhatTheCrashLeftUnknown() async throws {
        let scene = try await Scene()
        try await crash(at: "answered", scene)
        let running = try await scene.start()
        try await scene.expectEntries(["sent"])
        #expect(await scene.sandbox.received.count == 1)
        _ = await scene.stop(running)
    }
}
