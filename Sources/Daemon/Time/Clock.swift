import Foundation
public import Responder

/// The two clocks: the wall clock, which says what time it is, and the uptime, which only goes forward and is good for
/// delays.
public struct Clock: Sendable {
    /// Returns the time of the wall clock, for windows and timestamps.
    public var now: @Sendable () -> Timestamp
    /// Returns the time since some fixed moment; it never jumps.
    public var uptime: @Sendable () -> Duration
    /// Returns once ``uptime`` has reached the given time, or throws `CancellationError`.
    public var sleep: @Sendable (_ until: Duration) async throws -> Void
    /// Calls `ring` once ``uptime`` has reached the given time; the closure that it returns cancels the call.
    public var alarm: @Sendable (_ at: Duration, _ ring: @escaping @Sendable () -> Void) -> @Sendable () -> Void
    /// Calls `notify` whenever the wall clock is set; the closure that it returns ends the calls.
    public var steps: @Sendable (_ notify: @escaping @Sendable () -> Void) -> @Sendable () -> Void

    /// Creates clocks that are not the machine's, for tests and simulation.
    public init(
        now: @escaping @Sendable () -> Timestamp, uptime: @escaping @Sendable () -> Duration,
        sleep: @escaping @Sendable (_ until: Duration) async throws -> Void,
        alarm: @escaping @Sendable (_ at: Duration, _ ring: @escaping @Sendable () -> Void) -> @Sendable () -> Void,
        steps: @escaping @Sendable (_ notify: @escaping @Sendable () -> Void) -> @Sendable () -> Void = { _ in {} }
    ) {
        self.now = now
        self.uptime = uptime
        self.sleep = sleep
        self.alarm = alarm
        self.steps = steps
    }

    /// The machine's clocks.
    public static let system: Clock = {
        let start = ContinuousClock.now
        return Clock(
            now: { Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000)) },
            uptime: { ContinuousClock.now - start },
            sleep: { until in try await ContinuousClock().sleep(until: start + until) },
            alarm: { at, ring in
                let task = Task { if (try? await ContinuousClock().sleep(until: start + at)) != nil { ring() } }
                return { task.cancel() }
            },
            steps: systemSteps
        )
    }()
}
