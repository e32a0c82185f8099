import SeededRandom
import Foundation
import Testing

@testable import Responder

/// An oracle that walks from minute to minute by Foundation's clock: each span begins and ends when the clock first
/// shows its times or later ones.
private struct Oracle {
    let hours: Hours
    let zone: TimeZone
    /// The latest minute of local time that the clock has shown on the walk.
    private var latest = Int.min

    init(_ hours: Hours) throws {
        self.hours = hours
        zone = try #require(TimeZone(identifier: hours.zone.name))
    }

    private func spans(on day: Int) -> [DaySpan] {
        let covering = hours.exceptions.filter { ($0.days.lowerBound.number...$0.days.upperBound.number).contains(day) }
        let fewest = covering.min { left, right in
            left.days.upperBound.number - left.days.lowerBound.number
                < right.days.upperBound.number - right.days.lowerBound.number
        }
        return fewest?.spans ?? hours.week[(day + 4) % 7]
    }

    mutating func isOpen(minute: Int) -> Bool {
        latest = max(latest, minute + zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(minute * 60))) / 60)
        let (day, time) = latest.quotientAndRemainder(dividingBy: 1440)
        return spans(on: day).contains { $0.start <= time && time < $0.end }
            || spans(on: day - 1).contains { $0.start <= time + 1440 && time + 1440 < $0.end }
    }
}

@Suite struct HoursOracleTests {
    private func randomHours(_ zone: String, around day: Int, using random: inout SeededRandom) throws -> Hours {
        func spans() -> [DaySpan] {
            (0..<random.one(of: [0, 1, 1, 2])).map { _ in
                let start = Int.random(in: 0..<96, using: &random) * 15
                return DaySpan(start: start, end: start + Int.random(in: 1...60, using: &random) * 15)
            }
        }
        return Hours(
            name: "shop", zone: try #require(Zone(zone)), week: (0..<7).map { _ in spans() },
            exceptions: (0..<3).map { _ in
                let first = day + Int.random(in: -3...3, using: &random)
                let last = first + Int.random(in: 0...4, using: &random)
                return DayException(days: LocalDate(number: first)...LocalDate(number: last), spans: spans())
            })
    }

    /// Days on which the clocks of a zone change, and one other day; each walk begins within the day before.
    private static let days = [
        "2026-03-27", "2026-10-25", "2026-03-29", "2026-11-01", "2026-03-08", "2026-04-05", "2026-10-04", "2026-06-15",
    ]

    @Test("It opens when a walk from minute to minute sees it open", arguments: ZoneTests.names)
    func nextOpening(_ zone: String) throws {
        var random = SeededRandom(seed: 31)
        var found = 0
        for number in 0..<120 {
            let day = try #require(LocalDate(parsing: Self.days[number % Self.days.count])).number
            let hours = try randomHours(zone, around: day, using: &random)
            var oracle = try Oracle(hours)
            let start = day * 1440 - 1440 + Int.random(in: 0..<1440, using: &random)
            // The walk has seen the clock being put back just before it is compared.
            for minute in start - 180..<start { _ = oracle.isOpen(minute: minute) }
            var wasOpen = oracle.isOpen(minute: start)
            var openings: [Int] = []
            for minute in start + 1..<start + 3 * 1440 {
                let isOpen = oracle.isOpen(minute: minute)
                let said = hours.isOpen(at: Timestamp(seconds: Int64(minute) * 60 + 59))
                #expect(said == isOpen, "seed 31, case \(number), minute \(minute)")
                if isOpen, !wasOpen { openings.append(minute) }
                wasOpen = isOpen
            }
            // From the beginning to the first opening, and from each opening to the next.
            for (from, to) in zip([start] + openings, openings.map(Optional.some) + [nil]) {
                let next = hours.nextOpening(after: Timestamp(seconds: Int64(from) * 60))
                let said = next.map { Int($0.milliseconds / 60_000) }
                if let to {
                    found += 1
                    #expect(said == to, "seed 31, case \(number): \(hours), from \(from)")
                } else {
                    #expect(
                        said.map { $0 >= start + 3 * 1440 } ?? true, "seed 31, case \(number): \(hours), from \(from)")
                }
            }
        }
        #expect(found > 200)
    }
}
