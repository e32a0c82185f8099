import Responder
import Testing

@testable import replyd

@Suite struct TableTests {
    private let terminal = Terminal(hasColour: false, width: 40)

    @Test func aTextIsCutByColumnsAndNotInTheMiddleOfALetter() {
        #expect("abcdef".shortened(to: 6) == "abcdef")
        #expect("abcdefg".shortened(to: 6) == "abcde…")
        #expect("a日本語".shortened(to: 6) == "a日本…")
        #expect("שָׁלוֹם לך".shortened(to: 5) == "שָׁלוֹם…")
    }

    @Test func figuresStandUnderEachOtherAndHebrewKeepsToItself() {
        let table = Table(
            [.init("rule"), .init("hits", isFigure: true), .init("for example")],
            rows: [["hours", "1,204", "מתי אתם פתוחים?"], ["שעות", "3", String(repeating: "x", count: 40)]])
        #expect(
            table.lines(terminal, indent: "  ") == [
                "  rule    hits  for example",
                "  hours  1,204  \u{2068}מתי אתם פתוחים?\u{2069}",
                "  \u{2068}שעות\u{2069}       3  " + String(repeating: "x", count: 23) + "…",
            ])
    }

    @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1234, "-1,234")])
    func largeFiguresAreGrouped(figure: Int, text: String) {
        #expect(figure.grouped == text)
    }

    @Test(arguments: [
        (0, 10, "0.0%"), (1, 3, "33.3%"), (1, 100_000, "<0.1%"), (99_999, 100_000, ">99.9%"), (5, 5, "100.0%"),
        (0, 0, ""),
    ])
    func nothingIsNotRoundedAwayAndAllIsAll(part: Int, total: Int, text: String) {
        #expect(part.share(of: total) == text)
    }

    @Test func theBarSaysHowFarItIs() {
        #expect(
            ProgressBar.line(50_000, of: 100_000)
                == String(repeating: "█", count: 15) + String(repeating: "░", count: 15)
                + " 50%  50,000 of 100,000 messages")
    }

    @Test func aProgramGetsEverythingUncut() {
        let long = String(repeating: "word ", count: 50)
        let table = Table([.init("a"), .init("b")], rows: [[long, long]])
        #expect(table.lines(Terminal(hasColour: false, width: .max)).last?.contains("…") == false)
        #expect(table.lines(Terminal(hasColour: false, width: 80)).last?.contains("…") == true)
    }
}
