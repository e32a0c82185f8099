/// When to try again after a transient failure: doubling from one second to a quarter of an hour, with jitter.
public struct RetrySchedule: Sendable {
    /// The first wait.
    public var first = Duration.seconds(1)
    /// The longest wait.
    public var longest = Duration.minutes(15)

    /// The schedule described above.
    public init() {}

    /// How long to wait after the attempt of that number, counted from 1.
    ///
    /// - Parameters:
    ///   - attempt: How many attempts have failed.
    ///   - retryAfter: What the provider asked for; never undercut, unless it is more than a day, which nobody can mean.
    ///   - random: Spreads the waits of many entries over the upper half of the step.
    public func delay(
        after attempt: Int, retryAfter: Duration? = nil, using random: inout some RandomNumberGenerator
    ) -> Duration {
        let step = min(longest, first * (1 << min(max(attempt, 1) - 1, 20)))
        let jittered = step * Double.random(in: 0.5...1, using: &random)
        guard let retryAfter, retryAfter <= .days(1) else { return jittered }
        return max(jittered, retryAfter)
    }
}
