import Dispatch
import Foundation
import HTTPTransport
import Logging
import Providers
import RawServer
import Responder
import ServiceLifecycleTestKit
import Store
import Testing

@testable import Daemon

@Suite struct OverloadTests {
    private static let event = Array(#"{"hook":"new","unique":"U1","from":"972501234567","body":"x"}"#.utf8)

    /// Bodies that never arrive take no place, however many there are; a webhook that waits for the disk takes one.
    @Test func beyondItsBoundAWebhookIsTurnedAwayEarlyAndSlowBodiesAreNoPartOfIt() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-overload-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let account = Configuration.Account(
            endpoint: ProviderAccount(number: "972771234567", provider: .sms019, credential: Secret("k")),
            webhookSecret: nil
        )
        var configuration = Configuration(database: "", rules: "", accounts: [account])
        configuration.listen = .init(host: "127.0.0.1", port: 0)
        configuration.webhookConcurrency = 1
        let (ports, announce) = AsyncStream<Int>.makeStream()
        let daemon = Daemon(
            configuration: configuration, rules: RuleSet([], revision: "1"),
            store: try Store(path: folder.appendingPathComponent("a.sqlite").path),
            carrier: DryRunCarrier { _ in }, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            observe: { if case .listening(let port) = $0 { announce.yield(port) } }
        )
        let (stops, stop) = AsyncStream<Void>.makeStream()
        Task {
            try await testGracefulShutdown { trigger in
                async let ended: Void = daemon.run()
                for await _ in stops {}
                trigger.triggerGracefulShutdown()
                try await ended
            }
        }
        defer { stop.finish() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let transport = HTTPTransport(userAgent: "test")
        defer { transport.close() }
        @Sendable func post() async throws -> TransportResponse {
            try await transport.send(
                TransportRequest(
                    url: "http://127.0.0.1:\(port)/webhook/972771234567", headers: ["Content-Type": "application/json"],
                    body: Self.event, timeout: .seconds(10)
                )
            )
        }
        // These clients announce a body and do not send it.
        let slow = try (1...50).map { _ in try RawClient(port: port) }
        let head =
            "POST /webhook/972771234567 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        for client in slow { client.send(head) }
        defer { slow.forEach { $0.hangUp() } }
        #expect(try await post().status == 200)

        // While another program holds the database, one webhook waits for it, and the others are turned away.
        let lock = try DatabaseLock(path: folder.appendingPathComponent("a.sqlite").path)
        let answers = await withTaskGroup { group in
            for _ in 1...3 { group.addTask { try? await post() } }
            return await group.compactMap { $0 }.reduce(into: []) { $0.append($1) }
        }
        let turnedAway = answers.filter { $0.status == 429 }
        #expect(turnedAway.count == 2)
        #expect(turnedAway.allSatisfy { $0.retryAfter == .seconds(1) })
        #expect(answers.count { $0.status == 503 } == 1)
        try lock.release()
        #expect(try await post().status == 200)
    }
}
