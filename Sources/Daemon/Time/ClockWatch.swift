import Responder
import ServiceLifecycle
import Synchronization

/// Notices when the wall clock is set, and tells those who go by the time of day.
final class ClockWatch: Service {
    /// The deviation that is no step: the kernel slews a clock by less.
    private static let tolerance = Duration.seconds(1)

    private struct State {
        /// The time of the wall clock at which the uptime was zero; the same moment as long as both clocks go evenly.
        var origin: Timestamp
        var steadySince: Duration
        var listeners: [@Sendable () -> Void] = []
    }

    private let clock: Clock
    private let observe: @Sendable (DaemonEvent) -> Void
    private let state: Mutex<State>

    init(clock: Clock, observe: @escaping @Sendable (DaemonEvent) -> Void) {
        self.clock = clock
        self.observe = observe
        state = Mutex(State(origin: clock.now() - clock.uptime(), steadySince: clock.uptime()))
    }

    /// The uptime since which the wall clock has gone as evenly as the uptime.
    ///
    /// A clock that was set by less than `tolerance` in all has gone evenly.
    var steadySince: Duration {
        compare()
        return state.withLock { $0.steadySince }
    }

    /// Has `listener` called after each step of the wall clock.
    func onStep(_ listener: @escaping @Sendable () -> Void) {
        state.withLock { $0.listeners.append(listener) }
    }

    func run() async throws {
        let end = clock.steps { [weak self] in self?.compare() }
        defer { end() }
        try? await gracefulShutdown()
    }

    /// Compares the two clocks, and notifies if they have not gone evenly.
    private func compare() {
        let uptime = clock.uptime()
        let origin = clock.now() - uptime
        let (step, listeners) = state.withLock { state -> (Duration, [@Sendable () -> Void]) in
            let step = origin - state.origin
            guard step > Self.tolerance || step < .zero - Self.tolerance else { return (.zero, []) }
            state.origin = origin
            state.steadySince = uptime
            return (step, state.listeners)
        }
        guard step != .zero else { return }
        observe(.clockStepped(by: step))
        for listener in listeners { listener() }
    }
}
