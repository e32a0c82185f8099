import Store
import Synchronization

/// The time that decisions have taken: everything that waits for the store's one writer waits for decisions too.
final class DecidingTime: Sendable {
    private let state = Mutex<(spent: Duration, since: Duration?)>((.zero, nil))

    /// Whether a message is being decided right now.
    var isInFlight: Bool { state.withLock { $0.since != nil } }

    func begin(at moment: Duration) {
        state.withLock { $0.since = moment }
    }

    func end(at moment: Duration) {
        state.withLock { state in
            if let since = state.since { state.spent += moment - since }
            state.since = nil
        }
    }

    /// Returns the time that decisions have taken until `moment`, an uptime.
    func spent(at moment: Duration) -> Duration {
        state.withLock { $0.spent + ($0.since.map { moment - $0 } ?? .zero) }
    }

    /// Returns the reason why a wait for the store has exceeded its time limit: decisions if they took more than half
    /// of the wait, otherwise the disk.
    func cause(of wait: Duration, spentBefore: Duration, at moment: Duration) -> StoreError {
        (spent(at: moment) - spentBefore) * 2 > wait ? .deciding : .slow
    }
}
