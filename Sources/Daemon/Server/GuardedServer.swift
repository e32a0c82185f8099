import Foundation
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import ServiceLifecycle

/// A web server whose connections are kept within bounds of time, memory and number.
struct GuardedServer<Responder: HTTPResponder>: Service
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    let responder: Responder
    let address: Configuration.Address
    /// The key of the configuration that holds the address.
    let key: String
    let connectionLimit: ConnectionLimit
    /// The memory that its connections may take together, in bytes.
    let memoryLimit: Int
    /// The number of connections that may wait until they are accepted. A client that finds no place tries again after
    /// a second, then after three. The system keeps no more than `net.core.somaxconn`.
    private static var backlog: Int { 4096 }
    /// Called with the port once the server listens.
    let listening: @Sendable (Int) -> Void
    /// Called with the reason if connections have to wait.
    let wait: @Sendable (String) -> Void

    func run() async throws {
        let stop = ServerStop()
        let quiet = Logger(label: "http", factory: { _ in SwiftLogNoOpLogHandler() })
        let connections = OpenConnections(costLimit: memoryLimit, countLimit: connectionLimit.comfortable)
        let application = Application(
            responder: responder,
            server: .http1(
                configuration: .init(
                    additionalChannelHandlers: [ConnectionGuard(connections: connections)],
                    httpDecoderConfiguration: .init(
                        maxHeaderFieldSize: RequestLimits.headSize, maxHeaderListSize: RequestLimits.headSize,
                        maxHeaderFieldCount: RequestLimits.fieldCount))),
            configuration: .init(
                address: .hostname(address.host, port: address.port), serverName: nil, backlog: Self.backlog,
                availableConnectionsDelegate: connectionLimit
            ),
            onServerRunning: { [listening, wait] channel in
                try? await channel.pipeline.addHandler(AcceptPause(notify: wait), position: .first).get()
                listening(channel.localAddress?.port ?? 0)
                stop.meet(.listening)
            },
            logger: quiet
        )
        let group = ServiceGroup(configuration: ServiceGroupConfiguration(services: [application], logger: quiet))
        stop.set(group)
        // A task of its own is not stopped from outside but by `stop`.
        let run = Task.detached { try await group.run() }
        do {
            try await withTaskCancellationHandler {
                try await withGracefulShutdownHandler {
                    try await run.value
                } onGracefulShutdown: {
                    stop.meet(.requested)
                }
            } onCancel: {
                stop.meet(.requested)
            }
        } catch let error as IOError {
            throw ListenError(address: address, key: key, code: error.errnoCode)
        }
    }
}
