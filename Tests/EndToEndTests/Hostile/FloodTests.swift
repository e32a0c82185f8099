import Foundation
import FoundationNetworking
import HTTPTransport
import RawServer
import Responder
import Testing

@testable import Sandbox

@Suite(.serialized) struct FloodTests {
    /// A provider that refuses the key, and more messages than the memory allowed for them holds.
    @Test func beyondTheMemoryAllowedWebhooksAreTurnedAwayAndNothingTakenIsForgotten() async throws {
        let scene = try await Scene(settings: "max_memory: 8MiB")
        let running = try await scene.start()
        // A third of 4 MiB for each account: 2,730 messages.
        await scene.sandbox.setFaults([Fault(.reason(3), times: nil)])
        let answers = try await flood(scene, running, count: 4000)
        let taken = answers.filter { $0.response.status == 200 }
        let refused = answers.filter { $0.response.status == 503 }
        #expect(taken.count + refused.count == answers.count)
        #expect((2700...3300).contains(taken.count))
        #expect(refused.allSatisfy { $0.response.retryAfter == .seconds(30) })
        #expect(
            refused.first.map { String(decoding: $0.response.body, as: UTF8.self) }
                == #"{"error":"too many answers of this account are waiting to be sent"}"# + "\n")
        // Another account and the health check are not affected.
        #expect(try await scene.say("count 1", to: Scene.sms) == 200)
        #expect(try await healthz(running) == "ok\n")
        // Every message that was accepted is decided.
        try await scene.expect("SELECT count(*) FROM message WHERE is_decided = 0", gives: ["0"])
        let decided = Set(try scene.decidedMessages())
        #expect(taken.allSatisfy { decided.contains($0.unique) })
        #expect(refused.allSatisfy { !decided.contains($0.unique) })

        // The provider works again: the restart tries it, and then there is room again.
        await scene.sandbox.setFaults([])
        _ = await scene.stop(running)
        let again = try await scene.start()
        try await scene.eventually { (try? await scene.say("count 2")) == 200 }
        _ = await scene.stop(again)
    }

    /// Bodies that are never finished, together larger than the memory allowed for them.
    @Test func halfReadBodiesGiveWayToOthers() async throws {
        let scene = try await Scene(settings: "max_memory: 8MiB")
        let running = try await scene.start()
        let head = """
            POST /webhook/\(Scene.digital) HTTP/1.1\r
            Host: x\r
            X-Webhook-Key: \(Scene.webhookSecret)\r
            Content-Length: 200000\r
            \r\n
            """
        var slow = try (0..<100).map { _ in
            let client = try RawClient(port: running.port)
            client.send(head + String(repeating: " ", count: 60_000))
            return client
        }
        #expect(await slow[0].answer()?.hasPrefix("HTTP/1.1 503 Service Unavailable\r\n") == true)
        for number in 1...20 { #expect(try await scene.say("count \(number)") == 200) }
        #expect(try await healthz(running) == "ok\n")
        slow.removeAll()
        _ = await scene.stop(running)
    }

    /// Two accounts at one host: requests of one account that hang must not take the connections of the other.
    @Test func anAccountWhoseProviderHangsKeepsNoOtherFromSending() async throws {
        let scene = try await Scene(accountSettings: "timeout: 2m")
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.hang, times: 72)])
        for number in 0..<72 { try await scene.say("count \(number)", from: "9725011\(10000 + number)") }
        let under =
            "SELECT count(*) FROM attempt a JOIN outbox o ON o.id = a.entry WHERE outcome IS NULL AND account = '\(Scene.digital)'"
        try await scene.expect(under, gives: ["64"])
        // Eight more requests of the first account would hang; the one of the other account does not.
        await scene.sandbox.setFaults([])
        try await scene.say("count 1", to: Scene.sms)
        let sends = try await scene.accepted(1)
        #expect(sends.map(\.from) == [Scene.sms])
        #expect(try scene.query(under) == ["64"])
        running.process.send(SIGKILL)
        _ = await running.process.exit()
    }

    /// One contact writes hundreds of messages at once; another writes one.
    @Test func oneContactKeepsNoOtherWaiting() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.delay(.milliseconds(50)), times: nil, to: Scene.contact)])
        _ = try await flood(scene, running, count: 300)
        try await scene.say("count 1", from: "972509999999")
        try await scene.eventually {
            await scene.sandbox.received.contains { $0.isAccepted && $0.to == "972509999999" }
        }
        #expect(await scene.sandbox.received.count < 290)
        running.process.send(SIGKILL)
        _ = await running.process.exit()
    }

    private struct Answer {
        var unique: String
        var response: TransportResponse
    }

    /// Posts webhooks, 64 at a time.
    private func flood(_ scene: Scene, _ running: Scene.Running, count: Int) async throws -> [Answer] {
        try await withThrowingTaskGroup(of: Answer.self) { group in
            func add(_ number: Int) {
                let unique = "F\(number)"
                let hook =
                    #"{"hook":"new","unique":"\#(unique)","from":"\#(Scene.contact)","type":"text","body":"count \#(number)"}"#
                group.addTask {
                    Answer(unique: unique, response: try await scene.post(Array(hook.utf8), to: running))
                }
            }
            for number in 0..<min(64, count) { add(number) }
            var answers: [Answer] = []
            while let answer = try await group.next() {
                answers.append(answer)
                if answers.count + 63 < count { add(answers.count + 63) }
            }
            return answers
        }
    }

    private func healthz(_ running: Scene.Running) async throws -> String {
        let url = try #require(URL(string: "http://127.0.0.1:\(running.port)/healthz"))
        return String(decoding: try await URLSession.shared.data(from: url).0, as: UTF8.self)
    }
}
