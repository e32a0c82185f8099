/// The waits after transient failures: as usual doubling from one second to a quarter of an hour, with jitter.
public struct RetrySchedule: Sendable {
    /// The first wait.
    public var first = Duration.seconds(1)
    /// The number by which each wait is longer than the one before.
    public var factor = 2
    /// The longest wait.
    public var longest = Duration.minutes(15)

    /// Creates the usual schedule.
    public init() {}

    /// The waits after a provider has had enough of messages to one contact: at least 4, 16, 64 … seconds (Meta's advice for the
    /// code 131056).
    public static let ofOneContact: RetrySchedule = {
        var schedule = RetrySchedule()
        (schedule.first, schedule.factor) = (.seconds(8), 4)
        return schedule
    }()

    /// Returns the time to wait after the attempt with that number, counted from 1.
    ///
    /// - Parameters:
    ///   - attempt: The number of attempts that have failed.
    ///   - retryAfter: The wait that the provider asked for, which is the minimum, but for more than ``longest``: one
    ///     answer with a mistake must not silence an account for hours.
    ///   - random: Spreads the waits of many entries over the upper half of the step.
    public func delay(
        after attempt: Int, retryAfter: Duration? = nil, using random: inout some RandomNumberGenerator
    ) -> Duration {
        let jittered = step(after: attempt) * Double.random(in: 0.5...1, using: &random)
        return retryAfter.map { max(jittered, min($0, longest)) } ?? jittered
    }

    /// Returns the least time to wait after the attempt with that number, counted from 1.
    public func least(after attempt: Int) -> Duration { step(after: attempt) / 2 }

    private func step(after attempt: Int) -> Duration {
        var step = first
        for _ in 1..<min(max(attempt, 1), 20) where step < longest { step *= factor }
        return min(step, longest)
    }
}
