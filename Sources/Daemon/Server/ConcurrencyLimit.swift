import Synchronization

/// Counts requests in flight, so that no account takes the places of all others: while more than half of the places are
/// taken, each account has its share and no more.
final class ConcurrencyLimit: Sendable {
    private struct State {
        var all = 0
        var byAccount: [String: Int] = [:]

        func isFull(_ account: String, limit: Int, share: Int) -> Bool {
            all >= limit || (all > limit / 2 && byAccount[account, default: 0] >= share)
        }
    }

    private let state = Mutex(State())

    /// Whether one more of the account would be too many.
    func isFull(_ account: String, limit: Int, share: Int) -> Bool {
        state.withLock { $0.isFull(account, limit: limit, share: share) }
    }

    /// A place that is taken for as long as this lives.
    final class Place: Sendable {
        private let counter: ConcurrencyLimit
        private let account: String

        fileprivate init(_ counter: ConcurrencyLimit, _ account: String) {
            self.counter = counter
            self.account = account
        }

        deinit {
            counter.state.withLock { state in
                state.all -= 1
                state.byAccount[account, default: 0] -= 1
            }
        }
    }

    /// Takes a place; `nil` if there is none for the account.
    func enter(_ account: String, limit: Int, share: Int) -> Place? {
        let isIn = state.withLock { state in
            if state.isFull(account, limit: limit, share: share) { return false }
            state.all += 1
            state.byAccount[account, default: 0] += 1
            return true
        }
        return isIn ? Place(self, account) : nil
    }
}
