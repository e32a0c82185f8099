extension Timestamp {
    /// Reads `2026-11-21 22:30`, with seconds or without, as local time in `zone` or, with `Z` or `+02:00` at the end,
    /// in that offset; `nil` for anything else.
    public init?(parsing text: String, in zone: Zone) {
        let parts = text.split(maxSplits: 1, whereSeparator: { $0 == " " || $0 == "T" })
        guard parts.count == 2, let date = LocalDate(parsing: parts[0]) else { return nil }
        var clock = parts[1]
        var offset: Int64?
        if clock.hasSuffix("Z") {
            clock = clock.dropLast()
            offset = 0
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            guard let minutes = Self.minutes(clock[clock.index(after: sign)...]) else { return nil }
            offset = (clock[sign] == "-" ? -60 : 60) * Int64(minutes)
            clock = clock[..<sign]
        }
        let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(fields.count), let minute = Self.minutes(fields[0] + ":" + fields[1]) else { return nil }
        let seconds = fields.count == 3 ? Self.number(fields[2], below: 60) : 0
        guard let seconds else { return nil }
        if let offset {
            self.init(seconds: Int64(date.number) * 86_400 + Int64(minute) * 60 + Int64(seconds) - offset)
        } else {
            self = zone.moment(LocalTime(date: date, minute: minute)) + .seconds(seconds)
        }
    }

    private static func minutes(_ text: some StringProtocol) -> Int? {
        let fields = text.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count == 2, let hour = number(fields[0], below: 24), let minute = number(fields[1], below: 60)
        else { return nil }
        return hour * 60 + minute
    }

    private static func number(_ text: some StringProtocol, below limit: Int) -> Int? {
        guard (1...2).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text).flatMap { $0 < limit ? $0 : nil }
    }
}
