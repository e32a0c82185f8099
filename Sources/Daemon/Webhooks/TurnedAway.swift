import Synchronization

/// Counts webhooks that are turned away and says when to tell of it: at once, then once a minute. Whoever knocks a
/// thousand times a second must not fill the log.
final class TurnedAway: Sendable {
    static let interval = Duration.seconds(60)

    private let clock: Clock
    private let accounts = Mutex<[String: (toldAt: Duration, count: Int)]>([:])

    init(clock: Clock) {
        self.clock = clock
    }

    /// Counts one; returns how many there were since the last time that was told, where it is time to tell.
    func note(_ account: String) -> Int? {
        let now = clock.uptime()
        return accounts.withLock { accounts in
            let known = accounts[account]
            let count = (known?.count ?? 0) + 1
            if let known, now < known.toldAt + Self.interval {
                accounts[account]?.count = count
                return nil
            }
            accounts[account] = (now, 0)
            return count
        }
    }
}
