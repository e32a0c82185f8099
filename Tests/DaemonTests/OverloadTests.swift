import Dispatch
import Foundation
import HTTPTransport
import Logging
import Providers
import Responder
import Store
import Testing

@testable import Daemon

@Suite struct OverloadTests {
    private static let event = Array(#"{"hook":"new","unique":"U1","from":"972501234567","body":"x"}"#.utf8)

    /// A request whose body never comes takes up the only place: one more is turned away, and taken once there is room.
    @Test func beyondItsBoundAWebhookIsTurnedAwayEarly() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-overload-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let account = Configuration.Account(
            provider: ProviderAccount(number: "972771234567", provider: .sms019, credential: Secret("k")),
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
        let task = Task { try await daemon.run() }
        defer { task.cancel() }
        var iterator = ports.makeAsyncIterator()
        let port = try #require(await iterator.next())
        let transport = HTTPTransport(userAgent: "test")
        defer { transport.close() }
        func post() async throws -> HTTPResponse {
            try await transport.post(
                HTTPRequest(
                    url: "http://127.0.0.1:\(port)/webhook/972771234567", headers: ["Content-Type": "application/json"],
                    body: Self.event, timeout: .seconds(10)
                )
            )
        }
        #expect(try await post().status == 200)
        // Which of the two comes first nobody knows; the other is turned away at once.
        let two = [try Slow(port: port), try Slow(port: port)]
        let turnedAway = await Slow.firstAnswered(of: two)
        let answer = two[turnedAway].answer()
        #expect(answer.hasPrefix("HTTP/1.1 429 Too Many Requests\r\n"))
        #expect(answer.contains("Retry-After: 1\r\n"))
        #expect(try await post().status == 429)
        two.forEach { $0.end() }
        // A request that was broken off needs a moment to be counted out.
        var status = 429
        while status == 429 { status = try await post().status }
        #expect(status == 200)
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

        /// The place of the first of them that is answered.
        static func firstAnswered(of clients: [Slow]) async -> Int {
            await withCheckedContinuation { continuation in
                DispatchQueue.global().async {
                    var all = clients.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
                    poll(&all, nfds_t(all.count), 30_000)
                    continuation.resume(returning: all.firstIndex { $0.revents != 0 } ?? 0)
                }
            }
        }

        /// What has come; empty where nothing has.
        func answer() -> String {
            var bytes = [UInt8](repeating: 0, count: 4096)
            let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        }

        func end() {
            close(descriptor)
        }
    }
}
