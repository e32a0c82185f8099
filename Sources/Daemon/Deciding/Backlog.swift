import Synchronization

/// Counts, by account, the messages that are accepted and not decided: how far the decider is behind.
///
/// What was there before the start is not counted: it is only to be known when more comes in than is decided.
final class Backlog: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    func add(_ account: String) {
        counts.withLock { $0[account, default: 0] += 1 }
    }

    func remove(_ accounts: [String]) {
        counts.withLock { counts in
            for account in accounts { counts[account] = max(0, (counts[account] ?? 0) - 1) }
        }
    }

    /// The decider has found nothing more.
    func clear() {
        counts.withLock { $0 = [:] }
    }

    func count(of account: String) -> Int {
        counts.withLock { $0[account] ?? 0 }
    }
}
