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

    @Test func daysBefore1970HaveAWeekdayToo() {
        #expect((-8...0).map { LocalDate(number: $0).weekday } == [3, 4, 5, 6, 0, 1, 2, 3, 4])
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
