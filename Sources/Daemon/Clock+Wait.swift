import Synchronization

/// What was waited for did not come in time. It goes on by itself.
struct WaitedTooLong: Error {}

extension Clock {
    /// Runs `work` and waits for it, but no longer than `limit`; then throws ``WaitedTooLong``, and the work goes on:
    /// what is being written to a disk can't be called back.
    func wait<Result: Sendable>(
        for limit: Duration, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let answer = Answer(continuation)
            let callOff = alarm(uptime() + limit) { answer.give(.failure(WaitedTooLong())) }
            Task {
                do {
                    answer.give(.success(try await work()))
                } catch {
                    answer.give(.failure(error))
                }
                callOff()
            }
        }
    }
}

/// Resumes a continuation with whatever comes first.
private final class Answer<Result: Sendable>: Sendable {
    private let waiting: Mutex<CheckedContinuation<Result, any Error>?>

    init(_ continuation: CheckedContinuation<Result, any Error>) {
        waiting = Mutex(continuation)
    }

    func give(_ result: Swift.Result<Result, any Error>) {
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(with: result)
    }
}
