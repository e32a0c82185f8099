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
            if byFailure {
                let group = ServiceGroup(
                    configuration: .init(
                        services: [server, Failing(moment: moment)],
                        logger: Logger(label: "", factory: { _ in SwiftLogNoOpLogHandler() })))
                await #expect(throws: Failure.self) { try await group.run() }
            } else {
                let group = ServiceGroup(
                    configuration: .init(
                        services: [server],
                        logger: Logger(label: "", factory: { _ in SwiftLogNoOpLogHandler() })))
                let run = Task { try await group.run() }
                try await Task.sleep(for: moment)
                await group.triggerGracefulShutdown()
                try await run.value
            }
        }
    }
}
