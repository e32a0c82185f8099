import Store
import Synchronization

/// How much time went into decisions: what waits for the store's one writer waits for them too.
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

    /// All that was spent until that moment of the clock's uptime.
    func spent(at moment: Duration) -> Duration {
        state.withLock { $0.spent + ($0.since.map { moment - $0 } ?? .zero) }
    }

    /// Why somebody waited in vain for the store: the disk, or decisions where they took most of the wait.
    func cause(of wait: Duration, spentBefore: Duration, at moment: Duration) -> StoreError {
        (spent(at: moment) - spentBefore) * 2 > wait ? .deciding : .slow
    }
}
