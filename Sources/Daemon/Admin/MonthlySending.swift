import Responder
import Store

/// What each account has sent in this month, counted anew now and then: a month may hold a million messages.
actor MonthlySending {
    /// The time for which a count holds.
    static let lifetime = Duration.minutes(5)

    private let store: Store
    private let clock: Clock
    private var known: (counts: [String: [SendContent.Kind: Int]], month: Timestamp, at: Duration)?

    init(store: Store, clock: Clock) {
        self.store = store
        self.clock = clock
    }

    /// Returns the number of accepted messages of each account, by kind.
    ///
    /// - Throws: `StoreError` if the database can't be read.
    func counts() async throws -> [String: [SendContent.Kind: Int]] {
        let (month, now) = (CalendarPeriod.month.start(of: clock.now()), clock.uptime())
        if let known, known.month == month, now - known.at < Self.lifetime { return known.counts }
        let sent = try await store.sentMessages(since: month)
        let counts = Dictionary(grouping: sent, by: \.account).mapValues { sent in
            Dictionary(sent.map { ($0.kind, $0.count) }, uniquingKeysWith: +)
        }
        known = (counts, month, now)
        return counts
    }
}
