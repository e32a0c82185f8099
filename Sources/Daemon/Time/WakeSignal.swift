/// Wakes one waiting task. Signals that come while it is busy are one signal.
final class WakeSignal: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Wakes the task that waits, or the next one that will.
    func send() {
        continuation.yield()
    }

    /// The signals, until ``finish()``.
    var signals: AsyncStream<Void> { stream }

    /// Ends the signals, after one that is still to be taken.
    func finish() {
        continuation.finish()
    }
}
