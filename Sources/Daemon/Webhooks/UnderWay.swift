import Synchronization

/// Counts webhooks that are being stored, so that no account takes the places of all others: while more than half of
/// them are taken, each has its share and no more.
final class UnderWay: Sendable {
    private struct State {
        var all = 0
        var byAccount: [String: Int] = [:]

        func isFull(_ account: String, limit: Int, share: Int) -> Bool {
            all >= limit || (all > limit / 2 && byAccount[account, default: 0] >= share)
        }
    }

    private let state = Mutex(State())

    /// Whether one more of that account would be too many.
    func isFull(_ account: String, limit: Int, share: Int) -> Bool {
        state.withLock { $0.isFull(account, limit: limit, share: share) }
    }

    /// Counts one in, unless it is too many.
    func enter(_ account: String, limit: Int, share: Int) -> Bool {
        state.withLock { state in
            if state.isFull(account, limit: limit, share: share) { return false }
            state.all += 1
            state.byAccount[account, default: 0] += 1
            return true
        }
    }

    func leave(_ account: String) {
        state.withLock { state in
            state.all -= 1
            state.byAccount[account, default: 0] -= 1
        }
    }
}
