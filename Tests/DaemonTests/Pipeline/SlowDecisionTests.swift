import Responder
import Store
import Synchronization
import Testing

@testable import Daemon

@Suite struct SlowDecisionTests {
    /// Returns a clock that goes forward each time it is read.
    private func clock(step: Duration) -> Clock {
        let uptime = Ticks()
        return Clock(
            now: { Timestamp(milliseconds: 0) }, uptime: { uptime.next(step) }, sleep: { _ in },
            alarm: { _, _ in {} })
    }

    private final class Ticks: Sendable {
        private let uptime = Mutex(Duration.zero)
        func next(_ step: Duration) -> Duration {
            uptime.withLock { uptime in
                uptime += step
                return uptime
            }
        }
    }

    @Test(arguments: [(20, false), (21, true)])
    func aDecisionThatOthersWaitedForIsTold(milliseconds: Int, isTold: Bool) {
        let told = Mutex<[String]>([])
        let decider = Decider(
            rules: CurrentRules(RuleSet([], revision: "1")), policy: DecisionPolicy(),
            clock: clock(step: .milliseconds(milliseconds)),
            budgets: BudgetKeeper(accounts: [], at: Timestamp(seconds: 0), observe: { _ in })
        ) { event in
            guard case .decidedSlowly(let message, let elapsed) = event else { return }
            told.withLock { $0.append("\(message.unique) \(elapsed)") }
        }
        _ = decider.decide(
            Message(
                account: "972771234567", unique: "U1",
                contact: Contact(number: "972501234567", address: "972501234567"), body: "x",
                timestamp: Timestamp(milliseconds: 0)),
            in: Conversation())
        #expect(told.withLock { $0 } == (isTold ? ["U1 0.021 seconds"] : []))
        #expect(decider.time.spent(at: .seconds(100)) == .milliseconds(milliseconds))
    }

    @Test func whoWaitedForDecisionsDoesNotBlameTheDisk() {
        let time = DecidingTime()
        #expect(time.cause(of: .seconds(4), spentBefore: .zero, at: .seconds(4)) == .slow)
        time.begin(at: .seconds(10))
        #expect(time.isInFlight)
        // A decision is in flight for 3 of 4 seconds.
        #expect(time.cause(of: .seconds(4), spentBefore: .zero, at: .seconds(13)) == .deciding)
        #expect(time.cause(of: .seconds(4), spentBefore: .zero, at: .seconds(11)) == .slow)
        time.end(at: .seconds(13))
        #expect(!time.isInFlight)
        #expect(time.cause(of: .seconds(4), spentBefore: .zero, at: .seconds(20)) == .deciding)
        #expect(time.cause(of: .seconds(4), spentBefore: .seconds(3), at: .seconds(20)) == .slow)
    }
}
