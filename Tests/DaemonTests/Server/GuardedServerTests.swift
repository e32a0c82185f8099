import Foundation
import Hummingbird
import Logging
import RawServer
import SeededRandom
import ServiceLifecycle
import Testing

@testable import Daemon

@Suite struct GuardedServerTests {
    private struct Greeting: HTTPResponder {
        func respond(to request: Request, context: ConnectionContext) async throws -> Response { Response(status: .ok) }
    }

    private struct Failure: Error {}

    /// Fails after a moment.
    private struct Failing: Service {
        let moment: Duration

        func run() async throws {
            try await Task.sleep(for: moment)
            throw Failure()
        }
    }

    /// The framework does not expect a stop while it opens the port, nor a connection that it has accepted and is then
    /// not asked to serve: either would end the process.
    @Test(arguments: [false, true])
    func aServerEndsInOrderWheneverItIsStopped(byFailure: Bool) async throws {
        var random = SeededRandom(seed: 5)
        for _ in 1...200 {
            let server = GuardedServer(
                responder: Greeting(), address: Configuration.Address(host: "127.0.0.1", port: 0), key: "listen",
                connectionLimit: .forAdmin(notify: { _ in }), memoryLimit: 1 << 20,
                listening: { port in
                    for _ in 1...8 {
                        Thread.detachNewThread { try? RawClient(port: port).send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
                    }
                }, wait: { _ in })
            let moment = Duration.microseconds(random.upTo(3000))
            let services: [any Service] = byFailure ? [server, Failing(moment: moment)] : [server]
            let quiet = Logger(label: "", factory: { _ in SwiftLogNoOpLogHandler() })
            let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: services, logger: quiet))
            if byFailure {
                await #expect(throws: Failure.self) { try await group.run() }
            } else {
                let run = Task { try await group.run() }
                // No event to wait for: it is to be any moment.
                try await Task.sleep(for: moment)
                await group.triggerGracefulShutdown()
                try await run.value
            }
        }
    }
}
