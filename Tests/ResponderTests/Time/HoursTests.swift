import Foundation
import Testing

@testable import Responder

/// Returns hours with these spans by day of the week (Sunday is 0), in Jerusalem unless `zone` says otherwise.
func hours(
    _ week: [Int: String], except: [(String, String, String)] = [], zone: String = "Asia/Jerusalem"
) throws -> Hours {
    func spans(_ text: String?) throws -> [DaySpan] {
        try (text ?? "").split(separator: ",").map { try #require(DaySpan(parsing: $0)) }
    }
    return Hours(
        name: "shop", zone: try #require(Zone(zone)), week: try (0..<7).map { try spans(week[$0]) },
        exceptions: try except.map { first, last, text in
            let days = try #require(LocalDate(parsing: first))...#require(LocalDate(parsing: last))
            return DayException(days: days, spans: try spans(text))
        })
}

@Suite struct HoursTests {
    private func isOpen(_ hours: Hours, _ time: String) throws -> Bool {
        hours.isOpen(at: try #require(Timestamp(parsing: time, in: hours.zone)))
    }

    private func opening(_ hours: Hours, _ time: String) throws -> String? {
        let next = hours.nextOpening(after: try #require(Timestamp(parsing: time, in: hours.zone)))
        return next.map { moment in
            let utc = Zone.utc.local(moment)
            return "\(utc.date) \(utc.clock)Z"
        }
    }

    @Test func itIsOpenFromTheFirstMinuteOfASpanToTheLastTheEndNotIncluded() throws {
        let shop = try hours([0: "09:00-13:00,16:00-18:00"])
        let expected = [
            ("08:59:59", false), ("09:00", true), ("12:59:59", true), ("13:00", false), ("15:59", false),
            ("16:00", true),
            ("17:59:59", true), ("18:00", false),
        ]
        for (time, isOpen) in expected { #expect(try self.isOpen(shop, "2026-11-22 \(time)") == isOpen, "\(time)") }
        #expect(try isOpen(shop, "2026-11-23 10:00") == false)
    }

    @Test func whatGoesOverMidnightBelongsToTheDayOnWhichItBeginsExceptionsIncluded() throws {
        let bar = try hours([4: "22:00-02:00", 6: "20:00-24:00"], except: [("2026-11-26", "2026-11-26", "")])
        #expect(try isOpen(bar, "2026-11-19 23:00") && isOpen(bar, "2026-11-20 01:59"))
        #expect(try !isOpen(bar, "2026-11-20 02:00") && !isOpen(bar, "2026-11-20 22:00"))
        // Thursday 26 November is an exception: neither its evening nor the night that follows is open.
        #expect(try !isOpen(bar, "2026-11-26 23:00") && !isOpen(bar, "2026-11-27 01:00"))
        #expect(try isOpen(bar, "2026-11-21 23:59") && !isOpen(bar, "2026-11-22 00:00"))
    }

    @Test func ofExceptionsThatCoverADayTheOneThatCoversFewestCounts() throws {
        let shop = try hours(
            [0: "09:00-18:00", 1: "09:00-18:00", 2: "09:00-18:00"],
            except: [
                ("2026-11-01", "2026-11-30", ""), ("2026-11-23", "2026-11-23", "10:00-11:00"),
                ("2026-11-22", "2026-11-24", "12:00-13:00"),
            ])
        #expect(try !isOpen(shop, "2026-11-15 10:30"))
        #expect(try isOpen(shop, "2026-11-22 12:30") && !isOpen(shop, "2026-11-22 10:30"))
        #expect(try isOpen(shop, "2026-11-23 10:30") && !isOpen(shop, "2026-11-23 12:30"))
        #expect(try isOpen(shop, "2026-12-01 10:30"))
    }

    @Test func on27March2026TheClockLeapsFrom02_00To03_00() throws {
        #expect(try opening(hours([5: "01:00-02:30"]), "2026-03-26 12:00") == "2026-03-26 23:00Z")
        let early = try hours([5: "01:00-02:30"])
        #expect(try isOpen(early, "2026-03-26 23:59:59Z") && !isOpen(early, "2026-03-27 00:00Z"))
        // A span that begins in the hour that is left out begins when that hour would have ended.
        let late = try hours([5: "02:30-04:00"])
        #expect(try opening(late, "2026-03-26 12:00") == "2026-03-27 00:00Z")
        #expect(try isOpen(late, "2026-03-27 00:59:59Z") && !isOpen(late, "2026-03-27 01:00Z"))
        // A span that lies wholly in that hour does not come about.
        #expect(try opening(hours([5: "02:10-02:50"]), "2026-03-26 12:00") == "2026-04-02 23:10Z")
    }

    @Test func on25October2026TheClockShowsTheHourFrom01_00To02_00Twice() throws {
        let shop = try hours([0: "01:30-03:00"])
        // Of a time that comes twice the first counts, at the beginning of a span and at its end.
        let expected = [
            ("22:29", false), ("22:30", true), ("22:59", true), ("23:00", true), ("23:29", true), ("23:30", true),
        ]
        for (time, isOpen) in expected { #expect(try self.isOpen(shop, "2026-10-24 \(time)Z") == isOpen, "\(time)") }
        #expect(try isOpen(shop, "2026-10-25 00:59Z") && !isOpen(shop, "2026-10-25 01:00Z"))
        #expect(try opening(shop, "2026-10-24 20:00Z") == "2026-10-24 22:30Z")
        #expect(try opening(shop, "2026-10-24 22:30Z") == "2026-10-31 23:30Z")
        // A bar that closed at 01:30 stays closed when the clock shows 01:00 again.
        let bar = try hours([6: "20:00-01:30"])
        #expect(try isOpen(bar, "2026-10-24 22:29:59Z") && !isOpen(bar, "2026-10-24 22:30Z"))
        for time in ["22:40", "23:00", "23:15", "23:40", "23:59"] {
            #expect(try !isOpen(bar, "2026-10-24 \(time)Z"), "\(time)")
            #expect(try opening(bar, "2026-10-24 \(time)Z") == "2026-10-31 18:00Z")
        }
    }

    @Test func spansThatTouchAreOneAWeekWithoutSpansNeverOpensAndAYearAheadIsAsFarAsItLooks() throws {
        let touching = try hours([0: "09:00-13:00,13:00-18:00", 1: "00:00-24:00", 2: "00:00-10:00"])
        #expect(try opening(touching, "2026-11-22 10:00") == "2026-11-22 22:00Z")
        #expect(try opening(touching, "2026-11-23 10:00") == "2026-11-29 07:00Z")
        #expect(try opening(hours([:]), "2026-11-22 10:00") == nil)
        let always = Dictionary(uniqueKeysWithValues: (0..<7).map { ($0, "00:00-24:00") })
        #expect(try opening(hours(always), "2026-11-22 10:00") == nil)
        #expect(
            try opening(hours([:], except: [("2027-11-20", "2027-11-20", "09:00-10:00")]), "2026-11-22 10:00") != nil)
        #expect(
            try opening(hours([:], except: [("2027-12-20", "2027-12-20", "09:00-10:00")]), "2026-11-22 10:00") == nil)
    }

    @Test(
        "A span is written as people write it",
        arguments: [
            ("09:00-18:00", "09:00–18:00"), ("9:00 - 18:00", "09:00–18:00"), ("22:00-02:00", "22:00–02:00"),
            ("20:00-24:00", "20:00–24:00"), ("00:00-24:00", "00:00–24:00"), ("22:00-00:00", "22:00–24:00"),
            ("0:00-0:01", "00:00–00:01"),
        ])
    func spans(_ written: String, _ shown: String) throws {
        #expect(try #require(DaySpan(parsing: written)).description == shown)
    }

    @Test(
        "What is no span is refused",
        arguments: [
            "", "09:00", "09:00-", "-09:00", "09:00-09:00", "9-18", "09:00-25:00", "09:60-10:00", "24:00-02:00",
            "09:00–18:00",
            "09:00-18:00-19:00", "9:0-10:00", "009:00-10:00", "٠٩:٠٠-١٠:٠٠", "24:30-25:00", "09.00-18.00", "closed",
        ])
    func noSpans(_ text: String) {
        #expect(DaySpan(parsing: text) == nil)
    }
}
