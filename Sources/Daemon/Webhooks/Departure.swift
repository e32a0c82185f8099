import Synchronization

/// Tells that whoever opened a connection has hung up.
final class Departure: Sendable {
    private struct State {
        var isOver = false
        var action: (@Sendable () -> Void)?
    }

    private let state = Mutex(State())

    /// What is done then, or at once where it is so already; nil for nothing.
    func then(_ action: (@Sendable () -> Void)?) {
        let isOver = state.withLock { state in
            state.action = action
            return state.isOver
        }
        if isOver { action?() }
    }

    func happened() {
        let action = state.withLock { state in
            state.isOver = true
            return state.action
        }
        action?()
    }
}
