import Responder
import Store
import Synchronization

/// Counts the messages that accounts with a budget send, in the period of the budget. What is decided counts, for it is
/// about to be sent.
final class BudgetKeeper: Sendable {
    /// The state of an account's budget.
    struct Usage: Sendable, Equatable {
        var budget: Budget
        /// The number of messages in this period.
        var used: Int
    }

    private struct Count {
        var budget: Budget
        var start: Timestamp
        var used = 0
        /// The part of the budget of which a person has been told: 0, 80 or 100 percent.
        var told = 0

        /// Returns the news for a person: the first time that four fifths or all of it are used in the period.
        mutating func news(of account: String) -> BudgetNews? {
            let reached = used >= budget.messages ? 100 : used >= budget.warning ? 80 : 0
            guard reached > told else { return nil }
            told = reached
            return BudgetNews(account: account, budget: budget, used: used)
        }
    }

    private let counts: Mutex<[String: Count]>
    private let observe: @Sendable (DaemonEvent) -> Void
    /// Whether no account has a budget, so that nothing has to be counted.
    let isEmpty: Bool

    init(accounts: [Configuration.Account], at now: Timestamp, observe: @escaping @Sendable (DaemonEvent) -> Void) {
        let pairs = accounts.compactMap { account in
            account.budget.map { (account.number, Count(budget: $0, start: $0.period.start(of: now))) }
        }
        isEmpty = pairs.isEmpty
        counts = Mutex(Dictionary(uniqueKeysWithValues: pairs))
        self.observe = observe
    }

    /// Takes up what earlier runs have sent in this period, and tells of budgets that are used up so far.
    ///
    /// - Throws: `StoreError` if the database can't be read.
    func load(from store: Store) async throws(StoreError) {
        for (account, count) in counts.withLock({ $0 }) {
            let sent = try await store.messageCount(of: account, since: count.start)
            let news = counts.withLock { counts -> BudgetNews? in
                counts[account]?.used += sent
                return counts[account]?.news(of: account)
            }
            if let news { observe(.budget(news)) }
        }
    }

    /// Returns the accounts whose budget is spent and who answer nothing any more.
    func spent(at now: Timestamp) -> Set<String> {
        counts.withLock { counts in
            var spent: Set<String> = []
            for account in counts.keys {
                Self.renew(&counts[account], at: now)
                if let count = counts[account], count.budget.then == .silent, count.used >= count.budget.messages {
                    spent.insert(account)
                }
            }
            return spent
        }
    }

    /// Counts the messages of a decision.
    func record(_ decision: Decision, of account: String, at now: Timestamp) {
        let sends = decision.sends.count { $0.lane != .posts }
        guard sends > 0 else { return }
        let news = counts.withLock { counts -> BudgetNews? in
            guard counts[account] != nil else { return nil }
            Self.renew(&counts[account], at: now)
            counts[account]?.used += sends
            return counts[account]?.news(of: account)
        }
        if let news { observe(.budget(news)) }
    }

    /// Returns the state of each budget.
    func usage(at now: Timestamp) -> [String: Usage] {
        counts.withLock { counts in
            for account in counts.keys { Self.renew(&counts[account], at: now) }
            return counts.mapValues { Usage(budget: $0.budget, used: $0.used) }
        }
    }

    /// Begins a new period once it has come. A clock that is put back begins none.
    private static func renew(_ count: inout Count?, at now: Timestamp) {
        guard let budget = count?.budget, let known = count?.start, case let start = budget.period.start(of: now),
            start > known
        else { return }
        count = Count(budget: budget, start: start)
    }
}
