import Store

/// Asks the store whether it takes writes, without ever waiting for long.
struct StoreCheck: Sendable {
    /// Checks that wait for a stuck disk are only so many.
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

    /// Writes, and reads which accounts are stopped; throws where either can't be done, or not soon.
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
