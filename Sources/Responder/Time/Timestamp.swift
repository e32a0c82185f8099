/// A moment on the wall clock, in milliseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    /// Milliseconds since 1970, UTC.
    public var milliseconds: Int64

    /// A moment by its milliseconds since 1970, UTC.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// A moment by its whole seconds since 1970, UTC: the unit of both providers.
    public init(seconds: Int64) {
        milliseconds = seconds.multipliedReportingOverflow(by: 1000).partialValue
    }

    /// A moment as stored and exchanged: its milliseconds, without a wrapper.
    public init(from decoder: any Decoder) throws {
        milliseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes the milliseconds alone.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(milliseconds)
    }

    /// Earlier moments come first.
    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The moment that much later.
    public static func + (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds + duration.inMilliseconds)
    }

    /// The moment that much earlier.
    public static func - (moment: Timestamp, duration: Duration) -> Timestamp {
        Timestamp(milliseconds: moment.milliseconds - duration.inMilliseconds)
    }

    /// The time from the second moment to the first.
    public static func - (left: Timestamp, right: Timestamp) -> Duration {
        .milliseconds(left.milliseconds - right.milliseconds)
    }
}
