import Dispatch
import Foundation
import HTTPTypes
import Hummingbird
import JSONText
import Logging
import NIOCore
import NIOEmbedded
import Providers
import Responder
import Synchronization
import Testing

@testable import Daemon

/// Calls that block their threads until they are released.
private final class Blockade: Sendable {
    private let begun = Mutex(0)
    private let wasLate = Mutex(false)
    private let semaphore = DispatchSemaphore(value: 0)

    var count: Int { begun.withLock { $0 } }
    /// Whether a call gave up after 20 seconds because nobody had released it.
    var isBroken: Bool { wasLate.withLock { $0 } }

    func hold() {
        begun.withLock { $0 += 1 }
        if semaphore.wait(timeout: .now() + 20) == .timedOut { wasLate.withLock { $0 = true } }
    }

    func lift() { for _ in 0..<100 { semaphore.signal() } }
}

@Suite(.serialized) struct AdminThreadsTests {
    /// All tasks together have as many threads as there are processors, and webhooks need them.
    @Test(arguments: ["/api/slow", "/metrics"])
    func whatPeopleAskForTakesNoThreadsOfOthers(path: String) async throws {
        let blockade = Blockade()
        var configuration = Configuration(database: "", rules: "", accounts: [])
        configuration.adminToken = Secret("token-of-16-characters")
        let route = APIRoute(
            method: .get, path: "/api/slow", id: "slow", summary: "", answer: .text
        ) { _ in
            blockade.hold()
            return .null
        }
        // On a busy machine this takes long, and time limits are not tested here.
        var patient = Clock.system
        patient.alarm = { _, _ in {} }
        patient.sleep = { _ in try await Task.sleep(for: .seconds(3600)) }
        let responder = AdminResponder(
            configuration: configuration, address: .init(host: "127.0.0.1", port: 0), routes: [route], clock: patient,
            metrics: {
                blockade.hold()
                return ""
            }, warn: { _ in }, observe: { _ in })
        let count = ProcessInfo.processInfo.activeProcessorCount
        await withTaskGroup(of: HTTPResponse.Status?.self) { group in
            // Two requests for metrics are let in at once.
            for _ in 0..<(path == "/metrics" ? 2 : count + 2) {
                group.addTask {
                    var head = HTTPRequest(method: .get, scheme: "http", authority: "localhost", path: path)
                    head.headerFields[.authorization] = "Bearer token-of-16-characters"
                    let source = ApplicationRequestContextSource(channel: EmbeddedChannel(), logger: Logger(label: "x"))
                    return try? await responder.respond(
                        to: Request(head: head, body: RequestBody(buffer: ByteBuffer())),
                        context: ConnectionContext(source: source)
                    ).status
                }
            }
            while blockade.count < min(count, 2), !blockade.isBroken { await Task.yield() }
            // Reaching this line is the test: the requests have not blocked the threads of tasks.
            blockade.lift()
            for await status in group { #expect(status == .ok) }
        }
        #expect(!blockade.isBroken)
    }
}
