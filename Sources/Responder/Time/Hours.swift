/// A stretch of a day by the clock on the wall.
public struct DaySpan: Sendable, Hashable, CustomStringConvertible {
    /// In minutes since midnight, 0 to 1439.
    public var start: Int
    /// In minutes since the same midnight, exclusive; beyond 1440 where it goes over midnight.
    public var end: Int

    /// Makes a span of its ends.
    public init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }

    /// Reads `09:00-18:00` or, over midnight, `22:00-02:00`; nil for anything else, and for what has no length.
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

    /// Whether it covers that minute, counted from the midnight of its own day.
    func contains(_ minute: Int) -> Bool { start <= minute && minute < end }

    /// `09:00–18:00`.
    public var description: String {
        "\(LocalTime.clock(start))–\(end == 1440 ? "24:00" : LocalTime.clock(end % 1440))"
    }
}

/// Days that differ from the week.
public struct DayException: Sendable, Hashable {
    /// The days it holds for.
    public var days: ClosedRange<LocalDate>
    /// When it is open on them; empty where it is closed.
    public var spans: [DaySpan]

    /// Makes an exception of its parts.
    public init(days: ClosedRange<LocalDate>, spans: [DaySpan]) {
        self.days = days
        self.spans = spans
    }
}

/// When a business is open: spans of each day of the week, and days that differ.
public struct Hours: Sendable, Hashable {
    /// How rules and texts name it.
    public var name: String
    /// Where the clock hangs.
    public var zone: Zone
    /// The spans of the seven days, Sunday first.
    public var week: [[DaySpan]]
    /// Days that differ; where several cover a day, the one that covers fewest counts.
    public var exceptions: [DayException]

    /// Makes hours of their parts.
    public init(name: String, zone: Zone, week: [[DaySpan]], exceptions: [DayException] = []) {
        self.name = name
        self.zone = zone
        self.week = week
        self.exceptions = exceptions.sorted {
            $0.days.upperBound.number - $0.days.lowerBound.number < $1.days.upperBound.number
                - $1.days.lowerBound.number
        }
    }

    /// The spans that begin on that day.
    public func spans(on date: LocalDate) -> [DaySpan] {
        exceptions.first { $0.days.contains(date) }?.spans ?? week[date.weekday]
    }

    /// Whether it is open at that moment. What goes over midnight belongs to the day on which it begins.
    public func isOpen(at moment: Timestamp) -> Bool {
        let now = zone.local(moment)
        let dayBefore = LocalDate(number: now.date.number - 1)
        return spans(on: now.date).contains { $0.contains(now.minute) }
            || spans(on: dayBefore).contains { $0.contains(now.minute + 1440) }
    }

    /// The next moment after that one at which it goes from closed to open; nil where none comes within a year.
    public func nextOpening(after moment: Timestamp) -> Timestamp? {
        let today = zone.local(moment).date
        for day in 0...366 {
            let date = LocalDate(number: today.number + day)
            var openings = spans(on: date).flatMap { zone.moments(LocalTime(date: date, minute: $0.start)) }
            // What has closed may open again when the clock is put back.
            if let setBack = zone.setBack(on: date) { openings.append(setBack) }
            // Spans that touch are one: the moment before must be a closed one.
            let next = openings.filter { $0 > moment && !isOpen(at: $0 - .seconds(1)) && isOpen(at: $0) }.min()
            if let next { return next }
        }
        return nil
    }
}
