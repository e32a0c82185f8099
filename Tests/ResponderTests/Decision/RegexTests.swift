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
}
