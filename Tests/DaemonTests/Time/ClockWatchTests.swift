import Responder
import Synchronization
import Testing

@testable import Daemon

@Suite struct ClockWatchTests {
    /// A clock that is set by hand.
    private final class Hands: Sendable {
        let uptime = Mutex(Duration.zero)
        let error = Mutex(Duration.zero)

        var clock: Clock {
            Clock(
                now: { Timestamp(seconds: 1_700_000_000) + self.uptime.withLock { $0 } + self.error.withLock { $0 } },
                uptime: { self.uptime.withLock { $0 } }, sleep: { _ in }, alarm: { _, _ in {} })
        }
    }

    @Test func aStepIsReportedOnceAndAClockThatGoesEvenlyIsNot() {
        let hands = Hands()
        let steps = Mutex<[Duration]>([])
        let told = Mutex(0)
        let watch = ClockWatch(clock: hands.clock) { event in
            if case .clockStepped(let step) = event { steps.withLock { $0.append(step) } }
        }
        watch.onStep { told.withLock { $0 += 1 } }
        hands.uptime.withLock { $0 = .hours(2) }
        hands.error.withLock { $0 = .milliseconds(900) }
        #expect(watch.steadySince == .zero)
        hands.error.withLock { $0 = .zero - .hours(1) }
        #expect(watch.steadySince == .hours(2) && watch.steadySince == .hours(2))
        hands.uptime.withLock { $0 = .hours(3) }
        hands.error.withLock { $0 = .zero }
        #expect(watch.steadySince == .hours(3))
        #expect(steps.withLock { $0 } == [.zero - .hours(1), .hours(1)])
        #expect(told.withLock { $0 } == 2)
    }
}
