import Store

/// Checks whether the store takes writes, within a time limit.
struct StoreCheck: Sendable {
    /// The number of checks that may wait for a stuck disk.
    private static let limit = 8

    let store: Store
    let clock: Clock
    let deciding: DecidingTime
    private let concurrency = ConcurrencyLimit()
    private let timeLimit: TimeLimit

    init(store: Store, clock: Clock, deciding: DecidingTime) {
        self.store = store
        self.clock = clock
        self.deciding = deciding
        timeLimit = TimeLimit(WebhookResponder.timeLimit, clock: clock)
    }

    /// Writes to the store and returns the stopped accounts.
    ///
    /// - Throws: ``StoreError`` if the store can't be written to or read within the time limit.
    func stoppedAccounts() async throws(StoreError) -> [StoppedAccount] {
        let begin = clock.uptime()
        let spent = deciding.spent(at: begin)
        guard let place = concurrency.enter("", limit: Self.limit, share: Self.limit) else {
            throw deciding.isInFlight ? .deciding : .slow
        }
        do {
            return try await timeLimit.wait { [store, clock] in
                defer { withExtendedLifetime(place) {} }
                try await store.checkWritable(at: clock.now())
                return try await store.stoppedAccounts()
            }
        } catch is TimeLimitExceeded {
            let end = clock.uptime()
            throw deciding.cause(of: end - begin, spentBefore: spent, at: end)
        } catch {
            throw error as? StoreError ?? .failed("\(error)")
        }
    }
}
