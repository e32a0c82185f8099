import Foundation
import Responder
import Testing

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
