import Dispatch
import Foundation
import ServiceLifecycle

/// Answers commands that work on the same database, on a Unix socket beside it that its owner alone may use.
///
/// A signal to a process would not do: its number means another process in another container.
final class ControlSocket: Service {
    /// The time that a command may take to say what it wants, and to take the answer.
    private static let seconds = 2

    private let address: ControlAddress
    private let takeOperatorActions: @Sendable () async -> Void
    private let warn: @Sendable (String) -> Void
    private let queue = DispatchQueue(label: "replyd.control")

    init(
        database: String, takeOperatorActions: @escaping @Sendable () async -> Void,
        warn: @escaping @Sendable (String) -> Void
    ) {
        address = ControlAddress(database: database)
        self.takeOperatorActions = takeOperatorActions
        self.warn = warn
    }

    func run() async throws {
        let listener = ControlAddress.makeSocket(timeLimit: Self.seconds)
        guard listener >= 0, isListening(listener) else {
            let why = String(cString: strerror(errno))
            if listener >= 0 { close(listener) }
            warn("commands can't reach this process by \(address.path): \(why); it sees what they do when it starts")
            try? await gracefulShutdown()
            return
        }
        let source = DispatchSource.makeReadSource(fileDescriptor: listener, queue: queue)
        source.setEventHandler { [self] in
            let connection = accept(listener, nil, nil)
            guard connection >= 0 else { return }
            answer(connection)
        }
        source.setCancelHandler { close(listener) }
        source.resume()
        try? await gracefulShutdown()
        source.cancel()
        unlink(address.path)
    }

    private func isListening(_ listener: Int32) -> Bool {
        // The socket of a daemon that was killed; the lock on the database says that none runs.
        unlink(address.path)
        // On Linux the socket gets the permissions that its descriptor has before it has a name.
        fchmod(listener, 0o600)
        return address.withSocketAddress { bind(listener, $0, $1) == 0 } == true && listen(listener, 8) == 0
    }

    /// Answers one request. Others wait meanwhile; each has a time limit.
    private func answer(_ connection: Int32) {
        ControlAddress.limit(connection, seconds: Self.seconds)
        switch ControlAddress.readLine(connection).flatMap(ControlRequest.init) {
        case .process:
            ControlAddress.write("\(getpid())", connection)
            close(connection)
        case .outbox:
            Task {
                await takeOperatorActions()
                ControlAddress.write("done", connection)
                close(connection)
            }
        case nil: close(connection)
        }
    }
}
