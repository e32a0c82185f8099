import Foundation
import Responder
import Synchronization
import Testing

@testable import Daemon

@Suite struct TimeLimitTests {
    /// A clock that stands still until it is moved.
    private final class ManualClock: Sendable {
        private struct State {
            var uptime = Duration.zero
            var alarms: [(at: Duration, ring: @Sendable () -> Void)] = []
        }

        private let state = Mutex(State())

        var clock: Clock {
            Clock(
                now: { Timestamp(milliseconds: 0) }, uptime: { self.state.withLock { $0.uptime } },
                sleep: { _ in },
                alarm: { at, ring in
                    self.state.withLock { $0.alarms.append((at, ring)) }
                    return {}
                })
        }

        var alarmCount: Int { state.withLock { $0.alarms.count } }

        func move(to uptime: Duration) {
            let due = state.withLock { state in
                state.uptime = uptime
                defer { state.alarms.removeAll { $0.at <= uptime } }
                return state.alarms.filter { $0.at <= uptime }
            }
            for alarm in due { alarm.ring() }
        }
    }

    private let time = ManualClock()

    @Test func whatComesInTimeIsReturned() async throws {
        let timeLimit = TimeLimit(.seconds(5), clock: time.clock)
        #expect(try await timeLimit.wait { 42 } == 42)
        struct Failure: Error {}
        await #expect(throws: Failure.self) { try await timeLimit.wait { throw Failure() } }
    }

    @Test func whatDoesNotComeIsGivenUpWhenItsOwnTimeIsOver() async throws {
        let timeLimit = TimeLimit(.seconds(5), clock: time.clock)
        let (works, work) = AsyncStream.makeStream(of: Int.self)
        let first = Task { try await timeLimit.wait { for await _ in works { break } } }
        while time.alarmCount == 0 { await Task.yield() }
        time.move(to: .seconds(3))
        let begun = AsyncStream<Void>.makeStream()
        let second = Task {
            try await timeLimit.wait {
                begun.continuation.yield()
                try await Task.sleep(for: .seconds(3600))
            }
        }
        for await _ in begun.stream { break }
        // One alarm serves all callers.
        try #require(time.alarmCount == 1)
        time.move(to: .seconds(5))
        await #expect(throws: TimeLimitExceeded.self) { try await first.value }
        try #require(time.alarmCount == 1)
        time.move(to: .seconds(7))
        try #require(time.alarmCount == 1)
        time.move(to: .seconds(8))
        await #expect(throws: TimeLimitExceeded.self) { try await second.value }
        #expect(time.alarmCount == 0)
        work.finish()
    }

    @Test func afterAPauseItWaitsAgain() async throws {
        let timeLimit = TimeLimit(.seconds(5), clock: time.clock)
        #expect(try await timeLimit.wait { 1 } == 1)
        time.move(to: .seconds(60))
        #expect(time.alarmCount == 0)
        let late = Task { try await timeLimit.wait { try await Task.sleep(for: .seconds(3600)) } }
        while time.alarmCount == 0 { await Task.yield() }
        time.move(to: .seconds(65))
        await #expect(throws: TimeLimitExceeded.self) { try await late.value }
    }
}
