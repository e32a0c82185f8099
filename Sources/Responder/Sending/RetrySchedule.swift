/// The waits after transient failures: doubling from one second to a quarter of an hour, with jitter.
public struct RetrySchedule: Sendable {
    /// The first wait.
    public var first = Duration.seconds(1)
    /// The longest wait.
    public var longest = Duration.minutes(15)

    /// Creates a schedule with these limits.
    public init() {}

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
        let step = min(longest, first * (1 << min(max(attempt, 1) - 1, 20)))
        let jittered = step * Double.random(in: 0.5...1, using: &random)
        return retryAfter.map { max(jittered, min($0, longest)) } ?? jittered
    }
}
