import DequeModule
import Responder
import Synchronization

/// The error that work has exceeded its time limit. The work goes on by itself.
struct TimeLimitExceeded: Error {}

/// Waits for work that can't be cancelled, like writing to a disk, but only for a limited time.
///
/// All callers wait equally long, so the one that came first has waited longest, and one alarm does for all.
final class TimeLimit: Sendable {
    private struct State {
        var waiting: Deque<(deadline: Duration, answer: any Answerable)> = []
        var isAlarmSet = false

        /// Drops the callers at the front that have their answer; most have it after milliseconds.
        mutating func dropAnswered() {
            while waiting.first?.answer.isGiven == true { waiting.removeFirst() }
        }
    }

    private let limit: Duration
    private let clock: Clock
    private let state = Mutex(State())

    init(_ limit: Duration, clock: Clock) {
        self.limit = limit
        self.clock = clock
    }

    /// Runs `work` and waits for it, but no longer than the limit.
    ///
    /// - Throws: The error of `work`, or ``TimeLimitExceeded``; then the work goes on.
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
    /// Runs `work` and waits for it, but no longer than `limit`, as ``TimeLimit`` does: for work that is seldom done.
    func wait<Result: Sendable>(
        for limit: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await TimeLimit(limit, clock: self).wait(for: work)
    }
}

/// A caller that waits for an answer of any type.
private protocol Answerable: Sendable {
    var isGiven: Bool { get }
    func giveUp()
}

/// Resumes a continuation once: with the answer or with the error of the time limit, depending on which comes first.
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
