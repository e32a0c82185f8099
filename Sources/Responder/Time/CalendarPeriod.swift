/// A span of the calendar, by UTC.
public enum CalendarPeriod: String, Sendable, Hashable, CaseIterable {
    /// A day, a month.
    case day, month

    /// Returns the moment at which the period begins that `moment` is in.
    public func start(of moment: Timestamp) -> Timestamp {
        let date = Zone.utc.local(moment).date
        let first = self == .day ? date.number : date.number - (date.components.day - 1)
        return Timestamp(seconds: Int64(first) * 86_400)
    }
}
