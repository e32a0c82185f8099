import Foundation
import HTTPTransport
import JSONText
import Providers
import RawServer
import Responder
import Testing

@testable import Sandbox

/// A provider, or a server in its place, that answers as no provider should; only one account uses it.
struct ProviderFault: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var steps: @Sendable (_ elsewhere: Int) -> [RawServer.Step]
    /// The state of the entry in the end.
    var state = "held"
    /// The outcome of its attempt.
    var outcome = "unknown"

    private static func answer(_ head: String, _ body: String = "") -> RawServer.Step {
        .answer("HTTP/1.1 \(head)\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    private static func ok(_ body: String) -> RawServer.Step {
        answer("200 OK\r\nContent-Type: application/json", body)
    }

    private static let accepted = #"{"status":"OK","unique":"P1","templateTimeLeft":1440}"#

    static let all: [ProviderFault] = [
        .init(testDescription: "never answers") { _ in [.hang] },
        .init(testDescription: "hangs up") { _ in [.close] },
        .init(testDescription: "resets") { _ in [.reset] },
        .init(testDescription: "answers byte by byte, too slowly") { _ in
            let body = #"{"status":"OK","text":""# + String(repeating: "x", count: 4000) + #""}"#
            return [.trickle("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")]
        },
        .init(
            testDescription: "answers byte by byte, in time",
            steps: { _ in
                [.trickle("HTTP/1.1 200 OK\r\nContent-Length: \(accepted.utf8.count)\r\n\r\n\(accepted)")]
            }, state: "sent", outcome: "accepted"),
        .init(testDescription: "sends 10 MB") { _ in [.flood(10 << 20)] },
        .init(testDescription: "promises more than it sends") { _ in
            [.answer("HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n\(accepted)")]
        },
        .init(testDescription: "half a JSON") { _ in [ok(String(accepted.prefix(20)))] },
        .init(testDescription: "another JSON") { _ in [ok(#"["OK"]"#)] },
        .init(testDescription: "JSON that says nothing") { _ in [ok(#"{"hello":"world"}"#)] },
        .init(testDescription: "deep JSON") { _ in [ok(String(repeating: "[", count: 200_000))] },
        .init(testDescription: "a web page") { _ in [answer("200 OK\r\nContent-Type: text/html", "<h1>OK</h1>")] },
        .init(testDescription: "no HTTP") { _ in [.answer("SSH-2.0-OpenSSH_9\r\n")] },
    ]

    static let redirects = [301, 302, 303, 307, 308].map { status in
        ProviderFault(
            testDescription: "redirects with \(status)",
            steps: { [answer("\(status) Elsewhere\r\nLocation: http://127.0.0.1:\($0)/whatsapp/v2/sendMessage")] },
            state: "waiting", outcome: "account-fault")
    }
}

@Suite struct HostileProviderTests {
    private func scene(_ server: RawServer, timeout: String = "1s") async throws -> Scene {
        let scene = try await Scene()
        try scene.configure(
            "", account: "timeout: \(timeout)", providers: [Scene.digital: "http://127.0.0.1:\(server.port)"])
        return scene
    }

    /// The outcome of the request can't be known, so the entry is held. Another account's answers go on; nothing is
    /// sent twice.
    @Test(arguments: ProviderFault.all + ProviderFault.redirects)
    func whateverItAnswersNothingGoesTwiceAndOthersGoOn(fault: ProviderFault) async throws {
        let elsewhere = try RawServer(.answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"))
        let server = try RawServer(fault.steps(elsewhere.port))
        defer {
            server.stop()
            elsewhere.stop()
        }
        let scene = try await scene(server)
        let running = try await scene.start()
        #expect(try await scene.say("count 1", to: Scene.digital) == 200)
        // During the fault, rules are reloaded and another account answers by them.
        try await scene.eventually { server.received.count == 1 }
        try scene.write(rules: Scene.rules.replacing("counted:", with: "anew:"))
        running.process.send(SIGHUP)
        try await scene.eventually { running.process.errors.contains("rules loaded") }
        #expect(try await scene.say("count 2", to: Scene.sms) == 200)
        #expect(try await scene.accepted(1).map(\.text) == ["anew: count 2"])
        try await scene.expect(
            "SELECT state || ' ' || outcome FROM outbox JOIN attempt ON entry = outbox.id WHERE account = '\(Scene.digital)'",
            gives: ["\(fault.state) \(fault.outcome)"])
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(server.received.count == 1)
        #expect(elsewhere.connections == 0)
    }

    /// A stop does not wait for a provider for ever. A request in flight is unknown afterwards, so nothing is sent
    /// twice.
    @Test(arguments: [RawServer.Step.hang, .trickle(String(repeating: "HTTP/1.1 100 Continue\r\n\r\n", count: 1000))])
    func aStopWhileItKeepsUsWaitingEndsWell(step: RawServer.Step) async throws {
        let server = try RawServer(step)
        defer { server.stop() }
        let scene = try await scene(server, timeout: "60s")
        let running = try await scene.start()
        #expect(try await scene.say("count 1", unique: "U1") == 200)
        try await scene.eventually { server.received.count == 1 }
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        let again = try await scene.start()
        #expect(try await scene.say("count 1", unique: "U1") == 200, "its sender is in doubt")
        try await scene.expectEntries(["held"])
        #expect(try await scene.say("count 2", to: Scene.sms) == 200)
        _ = try await scene.accepted(1)
        #expect(await scene.stop(again) == .init(status: 0, wasKilled: false))
        #expect(server.received.count == 1)
    }

    @Test func aNameThatIsNotFoundIsTriedAgain() async throws {
        let scene = try await Scene()
        try scene.configure("", providers: [Scene.digital: "http://no-such-provider.invalid"])
        let running = try await scene.start()
        #expect(try await scene.say("count 1") == 200)
        try await scene.eventually {
            running.process.errors.contains("Could not resolve host: no-such-provider.invalid")
        }
        try await scene.eventually {
            (try? scene.query("SELECT DISTINCT outcome FROM attempt WHERE number < 3")) == ["transient"]
                && (try? scene.entryStates()) == ["waiting"]
        }
        #expect(try await scene.say("count 2", to: Scene.sms) == 200)
        #expect(try await scene.accepted(1).map(\.text) == ["counted: count 2"])
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        // Nothing had left, so the answer goes out once the name is found.
        try scene.configure("")
        let again = try await scene.start()
        #expect(try await scene.accepted(2).map(\.text) == ["counted: count 2", "counted: count 1"])
        _ = await scene.stop(again)
        #expect(await scene.sandbox.received.count == 2)
    }
}
