/// A span of time within a day, in local time.
public struct DaySpan: Sendable, Hashable, CustomStringConvertible {
    /// The start, in minutes since midnight, 0 to 1439.
    public var start: Int
    /// The end, exclusive, in minutes since the same midnight; more than 1440 if the span goes over midnight.
    public var end: Int

    /// Creates a span from its ends, in minutes since midnight.
    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// Reads `09:00-18:00` or, over midnight, `22:00-02:00`; `nil` for anything else, and for a span without length.
    public init?(parsing text: some StringProtocol) {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Self.minute($0) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], start != end, start < 1440 else { return nil }
        self.init(start: start, end: end > start ? end : end + 1440)
    }

    private static func minute(_ text: some StringProtocol) -> Int? {
        let trimmed = String(text).filter { $0 != " " }
        let parts = trimmed.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].count), parts[1].count == 2,
            trimmed.utf8.allSatisfy({ (0x30...0x3A).contains($0) }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60, hour < 24 || (hour == 24 && minute == 0)
        else { return nil }
        return hour * 60 + minute
    }

    /// Whether the span covers that minute, counted from the midnight of the day on which the span begins.
    func contains(_ minute: Int) -> Bool { start <= minute && minute < end }

    /// The span for people: `09:00–18:00`.
    public var description: String {
        "\(LocalTime.clock(start))–\(end == 1440 ? "24:00" : LocalTime.clock(end % 1440))"
    }
}

/// Days that differ from the week.
public struct DayException: Sendable, Hashable {
    /// The days for which the exception holds.
    public var days: ClosedRange<LocalDate>
    /// The opening times of each of the days; empty if the business is closed.
    public var spans: [DaySpan]

    /// Creates an exception; empty `spans` mean that the business is closed.
    public init(days: ClosedRange<LocalDate>, spans: [DaySpan]) {
        self.days = days
        self.spans = spans
    }
}

/// The opening hours of a business: spans of each day of the week, and days that differ.
public struct Hours: Sendable, Hashable {
    /// The name in rules and texts.
    public var name: String
    /// The time zone of the hours.
    public var zone: Zone
    /// The spans of the seven days, Sunday first.
    public var week: [[DaySpan]]
    /// The days that differ. If several exceptions cover a day, the one that covers the fewest days counts.
    public var exceptions: [DayException]

    /// Creates hours; `week` holds the spans of seven days, Sunday first.
    public init(name: String, zone: Zone, week: [[DaySpan]], exceptions: [DayException] = []) {
        self.name = name
        self.zone = zone
        self.week = week
        self.exceptions = exceptions.sorted {
            $0.days.upperBound.number - $0.days.lowerBound.number < $1.days.upperBound.number
                - $1.days.lowerBound.number
        }
    }

    /// Returns the spans that begin on that day.
    public func spans(on date: LocalDate) -> [DaySpan] {
        exceptions.first { $0.days.contains(date) }?.spans ?? week[date.weekday]
    }

    /// Whether the business is open at that moment. A span that goes over midnight belongs to the day on which it
    /// begins. A span is one run of time, also in the night in which the clock is put back.
    public func isOpen(at moment: Timestamp) -> Bool {
        let now = zone.localOnce(moment)
        return spans(on: now.date).contains { $0.contains(now.minute) } || isOpenSinceYesterday(at: moment)
    }

    /// Whether a span that began the day before is still running.
    func isOpenSinceYesterday(at moment: Timestamp) -> Bool {
        let now = zone.localOnce(moment)
        let dayBefore = LocalDate(number: now.date.number - 1)
        return spans(on: dayBefore).contains { $0.contains(now.minute + 1440) }
    }

    /// Returns the next moment after `moment` at which the business changes from closed to open; `nil` if there is none
    /// within a year.
    public func nextOpening(after moment: Timestamp) -> Timestamp? {
        let today = zone.local(moment).date
        for day in 0...366 {
            let date = LocalDate(number: today.number + day)
            let openings = spans(on: date).map { zone.moment(LocalTime(date: date, minute: $0.start)) }
            // Adjacent spans are one: the business must be closed at the moment before.
            let next = openings.filter { $0 > moment && !isOpen(at: $0 - .seconds(1)) && isOpen(at: $0) }.min()
            if let next { return next }
        }
        return nil
    }
}
