import DequeModule
import Responder
import Synchronization

/// What was waited for did not come in time. It goes on by itself.
struct TimeLimitExceeded: Error {}

/// Waits for work that can't be called back, such as writing to a disk, but not for ever.
///
/// All wait equally long, so that who came first has waited longest, and one alarm does for all.
final class TimeLimit: Sendable {
    private struct State {
        var waiting: Deque<(deadline: Duration, answer: any Answerable)> = []
        var isAlarmSet = false

        /// Drops those at the front that have their answer; most do after milliseconds.
        mutating func dropAnswered() {
            while waiting.first?.answer.isGiven == true { waiting.removeFirst() }
        }
    }

    private let limit: Duration
    private let clock: Clock
    private let state = Mutex(State())

    /// Waits that long at most.
    init(_ limit: Duration, clock: Clock) {
        self.limit = limit
        self.clock = clock
    }

    /// Runs `work` and waits for it, but no longer than the limit; then throws ``TimeLimitExceeded``, and the work goes on.
    func wait<Result: Sendable>(for work: @escaping @Sendable () async throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let answer = Answer(continuation)
            let deadline = clock.uptime() + limit
            let mustSet = state.withLock { state in
                state.dropAnswered()
                state.waiting.append((deadline, answer))
                defer { state.isAlarmSet = true }
                return !state.isAlarmSet
            }
            if mustSet { setAlarm(deadline) }
            Task {
                do {
                    answer.give(.success(try await work()))
                } catch {
                    answer.give(.failure(error))
                }
            }
        }
    }

    private func setAlarm(_ deadline: Duration) {
        _ = clock.alarm(deadline) { [weak self] in self?.ring() }
    }

    private func ring() {
        let now = clock.uptime()
        let (late, next) = state.withLock { state in
            state.dropAnswered()
            var late: [any Answerable] = []
            while let first = state.waiting.first, first.deadline <= now {
                late.append(first.answer)
                state.waiting.removeFirst()
            }
            state.dropAnswered()
            state.isAlarmSet = !state.waiting.isEmpty
            return (late, state.waiting.first?.deadline)
        }
        for answer in late { answer.giveUp() }
        if let next { setAlarm(next) }
    }
}

extension Clock {
    /// Runs `work` and waits for it, but no longer than `limit`, as ``TimeLimit`` does, for what is seldom done.
    func wait<Result: Sendable>(
        for limit: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await TimeLimit(limit, clock: self).wait(for: work)
    }
}

/// Somebody who waits, whatever for.
private protocol Answerable: Sendable {
    var isGiven: Bool { get }
    func giveUp()
}

/// Resumes a continuation with whatever comes first.
private final class Answer<Result: Sendable>: Answerable {
    private let waiting: Mutex<CheckedContinuation<Result, any Error>?>

    init(_ continuation: CheckedContinuation<Result, any Error>) {
        waiting = Mutex(continuation)
    }

    var isGiven: Bool { waiting.withLock { $0 == nil } }

    func giveUp() { give(.failure(TimeLimitExceeded())) }

    func give(_ result: Swift.Result<Result, any Error>) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(with: result)
    }
}
