import Synchronization

/// Counts what happens again and again, and says when to tell of it: at once, then once a minute. Whoever knocks a
/// thousand times a second must not fill the log.
final class RepeatLimiter: Sendable {
    static let interval = Duration.seconds(60)

    private let clock: Clock
    private let known = Mutex<[String: (loggedAt: Duration, count: Int)]>([:])

    init(clock: Clock) {
        self.clock = clock
    }

    /// Counts one; returns how many there were since the last time that was told, where it is time to tell.
    func record(_ what: String) -> Int? {
        let now = clock.uptime()
        return known.withLock { known in
            let earlier = known[what]
            let count = (earlier?.count ?? 0) + 1
            if let earlier, now < earlier.loggedAt + Self.interval {
                known[what]?.count = count
                return nil
            }
            known[what] = (now, 0)
            return count
        }
    }
}
