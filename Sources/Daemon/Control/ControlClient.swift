public import Foundation
import Store

/// The way from a command to the daemon that serves from a database.
public struct ControlClient: Sendable {
    private let database: String

    /// Creates a client for the daemon that serves from the database at `path`.
    public init(database path: String) {
        database = path
    }

    /// Returns the number of the daemon's process, as the daemon knows it or, if it does not answer, as the lock on the
    /// database tells; `nil` if none runs.
    public func process() -> pid_t? {
        ask(.process).flatMap { pid_t($0) } ?? Store.servingProcess(database: database)
    }

    /// Has the daemon look at what operator actions have changed in the outbox.
    ///
    /// - Returns: Whether it has; false if none runs.
    @discardableResult
    public func takeOperatorActions() -> Bool { ask(.outbox) != nil }

    private func ask(_ request: ControlRequest) -> String? {
        let descriptor = ControlAddress.makeSocket(timeLimit: 10)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        let isConnected = ControlAddress(database: database).withSocketAddress { connect(descriptor, $0, $1) == 0 }
        guard isConnected == true else { return nil }
        ControlAddress.write(request.rawValue, descriptor)
        return ControlAddress.readLine(descriptor)
    }
}
