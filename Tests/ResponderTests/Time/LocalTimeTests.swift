import Foundation
import Responder
import Testing

@Suite struct LocalDateTests {
    private let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar
    }()

    /// Checks every one of the 157,054 days.
    @Test func daysFrom1970To2399AreThoseOfFoundationsCalendar() throws {
        let last = try #require(LocalDate(year: 2399, month: 12, day: 31))
        #expect(last.number == 157_053)
        for number in 0...last.number {
            let moment = Date(timeIntervalSince1970: Double(number) * 86_400 + 43_200)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: moment)
            guard let year = parts.year, let month = parts.month, let day = parts.day else { continue }
            let date = LocalDate(number: number)
            let isRight =
                date.components == (year, month, day) && date.weekday + 1 == parts.weekday
                && LocalDate(year: year, month: month, day: day) == date
            guard !isRight else { continue }
            Issue.record("day \(number): \(date) is not \(year)-\(month)-\(day)")
            return
        }
    }

    @Test func aDayIsWrittenAndReadAsInRulesFiles() throws {
        #expect(LocalDate(parsing: "2026-09-12")?.description == "2026-09-12")
        #expect(LocalDate(parsing: "2024-02-29")?.description == "2024-02-29")
        #expect(LocalDate(parsing: "1970-01-01") == LocalDate(number: 0))
        #expect(try #require(LocalDate(parsing: "2026-01-01")) < #require(LocalDate(parsing: "2026-01-02")))
    }

    @Test(
        "What is no day is refused",
        arguments: [
            "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00", "2026-01-32",
            "1969-12-31",
            "2400-01-01", "9999-99-99", "2026-1-1", "26-01-01", "2026/01/01", "2026-01-01 ", " 2026-01-01", "2026-01",
            "",
            "٢٠٢٦-٠١-٠١", "+026-01-01", "2026--1-1", "20260101",
        ]
    )
    func refused(_ text: String) {
        #expect(LocalDate(parsing: text) == nil)
    }
}

@Suite struct TimestampParsingTests {
    private func seconds(_ text: String, _ zone: String = "Asia/Jerusalem") throws -> Int64? {
        Timestamp(parsing: text, in: try #require(Zone(zone))).map { $0.milliseconds / 1000 }
    }

    @Test(
        "A time is read by the clock of its zone, or by the offset behind it",
        arguments: [
            ("2026-11-21 22:30", 1_795_293_000), ("2026-11-21T22:30", 1_795_293_000),
            ("2026-11-21 22:30:15", 1_795_293_015),
            ("2026-11-21 20:30Z", 1_795_293_000), ("2026-11-21T20:30:15Z", 1_795_293_015),
            ("2026-11-21 22:30+02:00", 1_795_293_000), ("2026-11-21 15:30-05:00", 1_795_293_000),
            ("2026-11-22 02:00+05:30", 1_795_293_000), ("1970-01-01 02:00", 0), ("2026-11-21 9:05", 1_795_244_700),
            // The clock leaps from 02:00 to 03:00, and shows 01:30 twice: the first time counts.
            ("2026-03-27 02:30", 1_774_569_600), ("2026-10-25 01:30", 1_792_881_000),
        ] as [(String, Int64)]
    )
    func sound(_ text: String, _ expected: Int64) throws {
        #expect(try seconds(text) == expected)
    }

    @Test(
        "What is no time is refused",
        arguments: [
            "2026-11-21", "22:30", "2026-11-21 24:00", "2026-11-21 22:60", "2026-11-21 22", "2026-11-21 22:30:60",
            "2026-11-21 22:30:15:00", "2026-11-21 22:30+2", "2026-11-21 22:30+25:00", "2026-11-21 22:30 Z",
            "9999-99-99 00:00",
            "2026-11-21  22:30", "", "now", "2026-11-21 -1:00", "2026-11-21 ٢٢:٣٠", "2026-11-21 22:300",
        ]
    )
    func refused(_ text: String) throws {
        #expect(try seconds(text) == nil)
    }
}
