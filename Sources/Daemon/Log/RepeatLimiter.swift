import Synchronization

/// Counts events that repeat, and says when to log one: at once, then once a minute. An event that happens a thousand
/// times a second must not fill the log.
final class RepeatLimiter: Sendable {
    /// The least time between two log entries about one event.
    static let interval = Duration.seconds(60)
    /// The most events that are known at once, because strangers choose the words of some.
    static let limit = 1000

    private let clock: Clock
    private let known = Mutex<[String: (loggedAt: Duration, count: Int)]>([:])

    init(clock: Clock) {
        self.clock = clock
    }

    /// Counts an event. Returns the number of events since the last one that was logged if it is time to log one;
    /// otherwise `nil`.
    func record(_ what: String) -> Int? {
        let now = clock.uptime()
        return known.withLock { known in
            let earlier = known[what]
            let count = (earlier?.count ?? 0) + 1
            if let earlier, now < earlier.loggedAt + Self.interval {
                known[what]?.count = count
                return nil
            }
            if known.count >= Self.limit {
                known = known.filter { now < $0.value.loggedAt + Self.interval }
                guard known.count < Self.limit else { return nil }
            }
            known[what] = (now, 0)
            return count
        }
    }
}
