extension Duration {
    /// The duration in whole milliseconds, rounded towards zero; the nearest number if it is longer than they can say.
    public var inMilliseconds: Int64 {
        components.seconds.saturatingMultiply(1000).saturatingAdd(components.attoseconds / 1_000_000_000_000_000)
    }

    /// Returns a duration of that many minutes.
    public static func minutes(_ count: Int) -> Duration { .seconds(count * 60) }
    /// Returns a duration of that many hours.
    public static func hours(_ count: Int) -> Duration { .seconds(count * 3600) }
    /// Returns a duration of that many days of 24 hours.
    public static func days(_ count: Int) -> Duration { .seconds(count * 86400) }

    /// The duration in seconds.
    package var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
