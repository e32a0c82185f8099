import Responder
import Testing

@Suite struct DurationTests {
    @Test(
        "A time span is read",
        arguments: [
            ("0", Duration.zero), ("250ms", .milliseconds(250)), ("90s", .seconds(90)), ("30m", .seconds(1800)),
            ("12h", .seconds(43_200)), ("7d", .seconds(604_800)), ("1h30m", .seconds(5400)), ("0s", .zero),
            ("1d2h3m4s5ms", .milliseconds(93_784_005)), ("3650d", .seconds(315_360_000)), ("007s", .seconds(7)),
        ]
    )
    func sound(_ text: String, _ expected: Duration) {
        #expect(Duration(parsing: text) == expected)
    }

    @Test(
        "What is no time span, or beyond ten years, is refused",
        arguments: [
            "", "5", "s", "-5s", "+5s", "1.5h", "5 s", " 5s", "5s ", "5S", "5min", "5w", "3651d", "999999999d",
            "9999999999s", "٥s", "5ס", "1h30", "0x5s", "5s,",
        ]
    )
    func refused(_ text: String) {
        #expect(Duration(parsing: text) == nil)
    }
}
