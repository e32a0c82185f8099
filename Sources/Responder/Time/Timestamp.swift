/// A moment of wall-clock time, in milliseconds since 1970-01-01T00:00:00Z.
///
/// Instead of a moment beyond the first or the last one there is that one: a damaged row may hold any number.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// The milliseconds since 1970, UTC.
    public var milliseconds: Int64

    /// Creates a moment from its milliseconds since 1970, UTC.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// Creates a moment from whole seconds since 1970, UTC: the unit of both providers.
    public init(seconds: Int64) {
        milliseconds = seconds.saturatingMultiply(1000)
    }

    /// Reads the milliseconds, as they are stored and exchanged: a single number.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the milliseconds as a single number.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    /// Whether the left moment is earlier.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// Returns the moment that is later by `duration`.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds.saturatingAdd(duration.inMilliseconds))
    }

    /// Returns the moment that is earlier by `duration`.
    public static func - (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds.saturatingSubtract(duration.inMilliseconds))
    }

    /// Returns the time from the right moment to the left one.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .milliseconds(left.milliseconds.saturatingSubtract(right.milliseconds))
    }
}
