import Responder
import Testing

/// Regular expressions from the rules file to the answer.
@Suite struct RegexTests {
    /// Returns the answers of a rule with that regex; the text is what its first group found.
    private func answers(_ regex: String, _ text: String) throws -> [String] {
        var chat = try Chat("  - {id: a, match: {regex: '\(regex)'}, reply: '{{match.1}}'}")
        return chat.answers(text)
    }

    @Test(arguments: ["order 12", "order １２", "order ①②", "order ⑫", "order 1️⃣2️⃣", "order ١٢", "order ۱۲", "order १२"])
    func digitsAreThoseOfEveryDressingAndAreFoundPlain(text: String) throws {
        #expect(try answers(#"order (\d+)$"#, text) == ["12"])
        #expect(try answers("order ([0-9]{2})", text) == ["12"])
        #expect(try answers("(order 12)", text) == ["order 12"])
    }

    @Test(arguments: [
        ("^(help)$", "help "), ("^(help)$", " help\n"), ("^(help)$", "\u{200F}help\u{200E} "),
        ("^(help)$", "help\u{A0}"),
        ("^(help)$", "\u{FEFF}\thelp\u{200B}\u{3000}"), (#"^order (\d+)$"#, "order 12\r\n"),
        (#"^order (\d+)\z"#, "order 12\r\n"),
        (#"(?m)^order (\d+)$"#, "hi\r\norder 12\r\nbye"), (#"(?m)^order (\d+)$"#, "hi\rorder 12\rbye"),
        (#"hi\n(order)"#, "hi\r\norder"), ("^(.+)$", "\u{1F3F4}\u{E0067}\u{E007F} "),
    ])
    func theyDoNotSeeTheSpaceAroundTheTextThatPhonesAdd(regex: String, text: String) throws {
        #expect(try answers(regex, text).count == 1)
    }

    @Test func aTextOfSpaceAloneIsEmptyForThem() throws {
        #expect(try answers("^()$", " \r\n\u{A0}") == [])
        var chat = try Chat("  - {id: a, match: {regex: '^$'}, reply: empty}")
        #expect(chat.answers(" \r\n\u{A0}") == ["empty"])
    }
}
