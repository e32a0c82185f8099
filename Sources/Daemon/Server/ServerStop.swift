import ServiceLifecycle
import Synchronization

/// The stop of a server: it begins once it is asked for, but not before the server listens.
///
/// The framework does not bear it earlier, and it does not bear to be cancelled: a port that it has just opened, or a
/// connection that it has accepted and not yet looked at, would be dropped unclosed, which ends the process.
final class ServerStop: Sendable {
    enum Condition { case listening, requested }

    private struct State {
        var missing: Set<Condition> = [.listening, .requested]
        var group: ServiceGroup?
    }

    private let state = Mutex(State())

    /// Sets the group that is told to stop.
    func set(_ group: ServiceGroup) { state.withLock { $0.group = group } }

    /// Notes that a condition is met; the stop begins with the last one.
    func meet(_ condition: Condition) {
        let group = state.withLock { state in
            state.missing.remove(condition)
            return state.missing.isEmpty ? state.group : nil
        }
        if let group { Task { await group.triggerGracefulShutdown() } }
    }
}
