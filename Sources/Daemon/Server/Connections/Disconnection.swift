import Synchronization

/// Notifies that the client has hung up.
final class Disconnection: Sendable {
    private struct State {
        var hasHappened = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// Sets what is done then, or does it at once if the client has hung up already; `nil` for nothing.
    func then(_ action: (@Sendable () -> Void)?) {
        let hasHappened = state.withLock { state in
            state.action = action
            return state.hasHappened
        }
        if hasHappened { action?() }
    }

    /// Records it, and does what was set.
    func happened() {
        let action = state.withLock { state in
            state.hasHappened = true
            return state.action
        }
        action?()
    }
}
