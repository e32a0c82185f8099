/// A day of the Gregorian calendar, whatever the time zone.
public struct LocalDate: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Days since 1970-01-01.
    public var number: Int

    /// A day by its number since 1970-01-01.
    public init(number: Int) {
        self.number = number
    }

    /// A day by year, month and day; nil where there is no such day. Years from 1970 to 2399.
    public init?(year: Int, month: Int, day: Int) {
        guard (1970...2399).contains(year), (1...12).contains(month), day >= 1 else { return nil }
        // Days of the 400-year cycle counted from 1 March, so that the leap day comes last in a year.
        let shifted = month <= 2 ? year - 1 : year
        let ofYear = (153 * ((month + 9) % 12) + 2) / 5 + day - 1
        number = shifted * 365 + shifted / 4 - shifted / 100 + shifted / 400 + ofYear - 719_468
        guard components == (year, month, day) else { return nil }
    }

    /// Reads `2026-12-24`; nil for anything else.
    public init?(parsing text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.map(\.count) == [4, 2, 2], parts.joined().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// Year, month and day.
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

    /// 0 for Sunday to 6 for Saturday.
    public var weekday: Int { (number + 4) % 7 }

    /// Earlier days come first.
    public static func < (left: LocalDate, right: LocalDate) -> Bool { left.number < right.number }

    /// `2026-12-24`.
    public var description: String {
        let (year, month, day) = components
        return "\(year)-\(month.twoDigits)-\(day.twoDigits)"
    }
}

/// What the clock on the wall shows somewhere.
public struct LocalTime: Sendable, Hashable {
    /// The day.
    public var date: LocalDate
    /// Minutes since midnight by the clock, whether or not the day has 24 hours.
    public var minute: Int

    /// Makes a local time of its parts.
    public init(date: LocalDate, minute: Int) {
        self.date = date
        self.minute = minute
    }

    /// `09:00`.
    public var clock: String { Self.clock(minute) }

    static func clock(_ minute: Int) -> String { "\((minute / 60).twoDigits):\((minute % 60).twoDigits)" }
}

extension Int {
    var twoDigits: String { self < 10 ? "0\(self)" : String(self) }
}
