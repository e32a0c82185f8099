/// A day of the Gregorian calendar, independent of time zones.
public struct LocalDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The number of days since 1970-01-01.
    public var number: Int

    /// Creates a day from the number of days since 1970-01-01.
    public init(number: Int) {
        self.number = number
    }

    /// Creates a day from year, month and day; `nil` if there is no such day, or the year is not from 1970 to 2399.
    public init?(year: Int, month: Int, day: Int) {
        guard (1970...2399).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        // The days of the 400-year cycle are counted from 1 March, so that the leap day comes last in a year.
        let shifted = month <= 2 ? year - 1 : year
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        number = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + ofYear - 719_468
        guard components == (year, month, day) else { return nil }
    }

    /// Reads `2026-12-24`; `nil` for anything else.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// The year, the month from 1 to 12, and the day of the month.
    public var components: (year: Int, month: Int, day: Int) {
        let shifted = number + 719_468
        let era = shifted / 146_097
        let ofEra = shifted % 146_097
        let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * ofYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, ofYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    /// The day of the week, from 0 for Sunday to 6 for Saturday.
    public var weekday: Int { ((number + 4) % 7 + 7) % 7 }

    /// Whether the left day is earlier.
    public static func < (left: LocalDate, right: LocalDate) -> Bool { left.number < right.number }

    /// The day in ISO 8601: `2026-12-24`.
    public var description: String {
        let (year, month, day) = components
        return "\(year)-\(month.twoDigits)-\(day.twoDigits)"
    }
}

/// The local time in some time zone: a day and a minute.
public struct LocalTime: Sendable, Hashable {
    /// The day.
    public var date: LocalDate
    /// The minutes since midnight by the clock, even if the day does not have 24 hours.
    public var minute: Int

    /// Creates a local time from a day and the minutes since its midnight.
    public init(date: LocalDate, minute: Int) {
        self.date = date
        self.minute = minute
    }

    /// The time for people: `09:00`.
    public var clock: String { Self.clock(minute) }

    static func clock(_ minute: Int) -> String { "\((minute / 60).twoDigits):\((minute % 60).twoDigits)" }
}

extension Int {
    var twoDigits: String { self < 10 ? "0\(self)" : String(self) }
}
