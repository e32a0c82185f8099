import Dispatch
import Foundation
import HTTPTransport
import Logging
import Providers
import Responder
import ServiceLifecycleTestKit
import Store
import Testing

@testable import Daemon

@Suite struct OverloadTests {
    private static let event = Array(#"{"hook":"new","unique":"U1","from":"972501234567","body":"x"}"#.utf8)

    /// Bodies that never come take no place, however many; a webhook that waits for the disk does.
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
        @Sendable func post() async throws -> HTTPResponse {
            try await transport.post(
                HTTPRequest(
                    url: "http://127.0.0.1:\(port)/webhook/972771234567", headers: ["Content-Type": "application/json"],
                    body: Self.event, timeout: .seconds(10)
                )
            )
        }
        let slow = try (1...50).map { _ in try Slow(port: port) }
        defer { slow.forEach { $0.end() } }
        #expect(try await post().status == 200)

        // While somebody else holds the database, one webhook waits for it and the others hear so.
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

    /// A client that announces a body and does not send it.
    private final class Slow: Sendable {
        private let descriptor: Int32

        init(port: Int) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            let result = withUnsafePointer(to: &address) { [descriptor] pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw POSIXError(.ECONNREFUSED) }
            let head =
                "POST /webhook/972771234567 HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
            _ = head.withCString { write(descriptor, $0, strlen($0)) }
        }

        func end() {
            close(descriptor)
        }
    }
}
