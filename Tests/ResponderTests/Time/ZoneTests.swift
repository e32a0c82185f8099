import SeededRandom
import Foundation
import Testing

@testable import Responder

@Suite struct ZoneTests {
    /// Zones that change their clocks on different days, by half an hour, or never.
    static let names = ["Asia/Jerusalem", "Europe/London", "America/New_York", "Australia/Lord_Howe", "UTC"]

    @Test("The clock shows what Foundation's calendar says", arguments: names)
    func local(_ name: String) throws {
        let zone = try #require(Zone(name))
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: name))
        var random = SeededRandom(seed: 11)
        for _ in 0..<20_000 {
            let seconds = Int64.random(in: 63_072_000...4_102_444_800, using: &random)
            let parts = calendar.dateComponents(
                [.year, .month, .day, .hour, .minute], from: Date(timeIntervalSince1970: Double(seconds)))
            let date = LocalDate(year: parts.year ?? 0, month: parts.month ?? 0, day: parts.day ?? 0)
            let expected = date.map { LocalTime(date: $0, minute: (parts.hour ?? 0) * 60 + (parts.minute ?? 0)) }
            guard zone.local(Timestamp(seconds: seconds)) != expected else { continue }
            Issue.record("\(name), \(seconds): \(zone.local(Timestamp(seconds: seconds)))")
            return
        }
    }

    /// The months and days of the two changes of clocks in 2026; UTC has none and takes the days of London.
    private static let changes: [String: [(Int, Int)]] = [
        "Asia/Jerusalem": [(3, 27), (10, 25)], "Europe/London": [(3, 29), (10, 25)],
        "America/New_York": [(3, 8), (11, 1)], "Australia/Lord_Howe": [(4, 5), (10, 4)], "UTC": [(3, 29), (10, 25)],
    ]

    @Test("A time is the first moment at which the clock shows it or something later", arguments: names)
    func moment(_ name: String) throws {
        let zone = try #require(Zone(name))
        let foundation = try #require(TimeZone(identifier: name))
        var random = SeededRandom(seed: 12)
        func check(_ time: LocalTime) {
            let wanted = time.date.number * 1440 + time.minute
            // No clock is further than 14 hours from UTC.
            let first = (wanted - 26 * 60..<wanted + 26 * 60).first { minute in
                let date = Date(timeIntervalSince1970: Double(minute * 60))
                return minute + foundation.secondsFromGMT(for: date) / 60 >= wanted
            }
            #expect(
                zone.moment(time).milliseconds == first.map { Int64($0) * 60_000 },
                "\(name): \(time.date) \(time.clock)")
        }
        for (month, day) in try #require(Self.changes[name]) {
            let date = try #require(LocalDate(year: 2026, month: month, day: day))
            for minute in stride(from: 0, to: 300, by: 10) { check(LocalTime(date: date, minute: minute)) }
        }
        for _ in 0..<150 {
            let date = LocalDate(number: Int.random(in: 800...47_000, using: &random))
            check(LocalTime(date: date, minute: Int.random(in: 0..<1440, using: &random)))
        }
    }

    @Test func momentsBefore1970AreDaysLikeOthers() throws {
        let local = try #require(Zone("America/New_York")).local(Timestamp(milliseconds: -1))
        #expect(local == LocalTime(date: LocalDate(number: -1), minute: 18 * 60 + 59))
    }

    @Test(
        "A zone is known by its IANA name alone",
        arguments: ["IST", "Jerusalem", "GMT+2", "asia", "", "Asia/Atlantis", "EST"])
    func unknown(_ name: String) {
        #expect(Zone(name) == nil)
    }

    @Test("A clock that is never put back stands still instead", arguments: names + ["America/Havana", "Asia/Beirut"])
    func localOnce(_ name: String) throws {
        let zone = try #require(Zone(name))
        // The clocks of the south are put back in April.
        let first = name.hasPrefix("Australia") ? "2026-04-01" : "2026-10-22"
        let start = Int64(try #require(LocalDate(parsing: first)).number) * 1440
        var latest = 0
        var stood = 0
        for minute in start..<start + 14 * 1440 {
            let local = zone.local(Timestamp(seconds: minute * 60))
            let shown = local.date.number * 1440 + local.minute
            latest = max(latest, shown)
            if shown < latest { stood += 1 }
            let once = zone.localOnce(Timestamp(seconds: minute * 60))
            guard once.date.number * 1440 + once.minute != latest else { continue }
            Issue.record("\(name), \(Timestamp(seconds: minute * 60)): \(once)")
            return
        }
        #expect(stood == ["UTC": 0, "Australia/Lord_Howe": 29][name, default: 59])
    }
}
