import Providers
import Responder
import Store
import Synchronization
import Testing

@testable import Daemon

@Suite struct BudgetKeeperTests {
    private static let number = "972771234567"
    /// 31 December 2026, 23:00 UTC.
    private let now = Timestamp(seconds: 1_798_758_000)

    private func keeper(_ budget: Budget, told: @escaping @Sendable (String) -> Void = { _ in }) -> BudgetKeeper {
        var account = Configuration.Account(
            endpoint: ProviderAccount(number: Self.number, provider: .meta, credential: Secret("x")),
            webhookSecret: nil)
        account.budget = budget
        return BudgetKeeper(accounts: [account], at: now) { event in
            if case .budget(let news) = event { told(news.sentence) }
        }
    }

    private func decision(_ sends: Int, posts: Int = 0) -> Decision {
        let texts = (0..<sends).map { Outgoing(body: .message(.text("\($0)", replyTo: nil)), textEnd: now) }
        let others = (0..<posts).map { _ in Outgoing(body: .post(link: "https://x.il/", json: "{}"), textEnd: now) }
        return Decision(
            rule: "r", outcome: .reply, reason: .matched, because: "", sends: texts + others, revision: "1")
    }

    @Test func everyMessageCountsAndPostsDoNot() {
        let keeper = keeper(Budget(messages: 5, then: .silent))
        keeper.record(decision(2, posts: 3), of: Self.number, at: now)
        keeper.record(decision(2), of: "972550000019", at: now)
        #expect(keeper.usage(at: now)[Self.number]?.used == 2 && keeper.usage(at: now).count == 1)
        #expect(keeper.spent(at: now).isEmpty)
        keeper.record(decision(3), of: Self.number, at: now)
        #expect(keeper.spent(at: now) == [Self.number])
    }

    @Test func aNewMonthBeginsAnew() {
        let keeper = keeper(Budget(messages: 1, then: .silent))
        keeper.record(decision(1), of: Self.number, at: now)
        #expect(keeper.spent(at: now + .minutes(59)) == [Self.number])
        #expect(keeper.spent(at: now + .hours(1)).isEmpty)
        #expect(keeper.spent(at: now).isEmpty, "a clock that is put back does not bring it back")
    }

    @Test func aPersonIsToldAtFourFifthsAndAtTheEndOnceEach() {
        let told = Mutex<[String]>([])
        let keeper = keeper(Budget(messages: 1000, then: .silent)) { text in told.withLock { $0.append(text) } }
        for _ in 0..<1100 { keeper.record(decision(1), of: Self.number, at: now) }
        #expect(
            told.withLock { $0 } == [
                "account 972771234567: 800 of 1,000 messages of its `budget` are used this month.",
                "account 972771234567: 1,000 of 1,000 messages of its `budget` are used this month; nothing is answered any more until next month (UTC).",
            ])
    }

    @Test func oneThatOnlyWarnsAnswersOn() {
        let told = Mutex<[String]>([])
        let keeper = keeper(Budget(messages: 1, period: .day)) { text in told.withLock { $0.append(text) } }
        keeper.record(decision(1), of: Self.number, at: now)
        #expect(keeper.spent(at: now).isEmpty)
        #expect(told.withLock { $0 } == ["account 972771234567: 1 of 1 messages of its `budget` are used today."])
    }

    @Test func pricesComeToWhatTheProviderBills() {
        let prices = Prices(message: 0.05, template: 0.2, free: 10, currency: "ILS")
        #expect(prices.cost(ofMonth: [.text: 8, .choices: 4, .template: 3, .post: 100]) == 0.05 * 2 + 0.2 * 3)
        #expect(prices.cost(ofMonth: [.text: 3]) == 0)
        #expect(prices.amount(12.4) == "12.40 ILS" && prices.amount(0.005) == "0.01 ILS")
        #expect(Prices(message: 1).amount(3) == "3.00")
    }
}
