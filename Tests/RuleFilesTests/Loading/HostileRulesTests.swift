import Responder
import RuleFiles
import Testing

@Suite struct HostileRulesTests {
    private func load(_ text: String) -> LoadedRules {
        RuleSetLoader.load([SourceFile(path: "a.yaml", text: "version: 1\n\(text)")], lint: RuleLint())
    }

    private func rule(_ rest: String) -> String { "rules:\n  - {id: a, match: hello, reply: hi, \(rest)}\n" }

    @Test(
        "Conditions within conditions, thousands deep, end with one diagnostic", arguments: ["{not: ", "{any: [{not: "])
    func deep(_ opening: String) {
        let closing = opening.reversed().compactMap { ["{": "}", "[": "]"][$0] }.joined()
        let text = String(repeating: opening, count: 5000) + "{language: he}" + String(repeating: closing, count: 5000)
        let loaded = load(rule("when: \(text)"))
        #expect(loaded.ruleSet == nil)
        #expect(loaded.diagnostics.map(\.message) == ["this is nested more than 64 levels deep"])
    }

    @Test func conditionsAsDeepAsTheParserLetsThemAreDecided() throws {
        let text = String(repeating: "{not: ", count: 58) + "{language: en}" + String(repeating: "}", count: 58)
        let rules = try #require(load(rule("when: \(text)")).ruleSet)
        let message = Message(
            account: "1", unique: "m", contact: Contact(address: "2"), body: "hello", timestamp: Timestamp(seconds: 0))
        var conversation = Conversation()
        conversation.receive(message, at: message.timestamp)
        let decision = decide(message, in: conversation, by: rules, policy: DecisionPolicy(), at: message.timestamp)
        #expect(decision.rule == "a")
    }

    @Test func tenThousandTestsOfARuleAreReadAndRun() async throws {
        let text = "rules:\n  - id: a\n    match: hello\n    reply: hi\n    tests:\n"
        let loaded = load(text + String(repeating: "      - {says: hello, expect: {text: hi}}\n", count: 10_000))
        let results = await RuleTestRunner(rules: try #require(loaded.ruleSet)).run(loaded.tests)
        #expect(results.count == 10_000)
        #expect(results.allSatisfy { $0.failures.isEmpty })
        #expect(results.map(\.test.place.line) == Array(7..<10_007))
    }

    @Test func aConversationMayLastTenThousandTimesTenYears() async throws {
        let head = """
            hours: {shop: {timezone: Asia/Jerusalem, open: {sun-thu: 09:00-18:00}}}
            rules:
              - {id: a, match: hello, reply: "{{hours.shop.next_open}}", when: {any: [{open: shop}, {closed: shop}]}, cooldown: 1d}
            tests:
              - conversation:

            """
        let step = "      - {says: hello, after: 3650d, expect: {rule: a}}\n"
        let loaded = load(head + String(repeating: step, count: 10_000))
        let results = await RuleTestRunner(rules: try #require(loaded.ruleSet, "\(loaded.report())")).run(loaded.tests)
        #expect(results.map { $0.failures.count } == [0])
    }

    @Test(
        "Numbers beyond all measure are refused, one complaint each",
        arguments: [
            "priority: 99999999999999999999999", "priority: -1000001", "priority: 1e3", "cooldown: 999999999999d",
            "cooldown: {for: 1d, times: 9223372036854775808}", "delay: 18446744073709551616ms",
            "handoff: {pause: 3651d}",
            "set: {a: b, expires: 99999d}", "when: {idle: 1000000000d}", "when: {date: 9999-99-99, timezone: UTC}",
            "when: {date: 99999999999-01-01, timezone: UTC}", "when: {between: 99:99-100:00, timezone: UTC}",
            "when: {date: 2026-01-01..9999-12-31, timezone: UTC}", "tests: [{says: x, at: 9999-99-99 99:99}]",
            "tests: [{says: x, at: '2026-01-01 00:00+99:00'}]",
            "when: {open: \(String(repeating: "x", count: 100_000))}",
        ])
    func huge(_ entry: String) {
        let loaded = load(rule(entry))
        #expect(loaded.ruleSet == nil)
        #expect(loaded.diagnostics.count == 1, "\(loaded.report())")
        #expect(loaded.diagnostics.allSatisfy { ($0.range?.line ?? 0) == 3 })
    }

    @Test func aThousandHoursWithAThousandExceptionsEachAreLookedUp() throws {
        let days = (0..<1000).map { "      \(LocalDate(number: 20_000 + $0)): 09:00-10:00\n" }.joined()
        let text = (0..<40).map { "  h\($0):\n    timezone: UTC\n    open: {}\n    except:\n\(days)" }.joined()
        let loaded = load("hours:\n\(text)rules: [{id: a, match: a, reply: '{{hours.h7.today}}', expired: silent}]\n")
        let rules = try #require(loaded.ruleSet, "\(loaded.report().prefix(500))")
        #expect(rules.hours.count == 40)
        #expect(rules.hours["h7"]?.exceptions.count == 1000)
    }

    @Test func aListOfAHundredThousandKeywordsIsLintedInReasonableTime() throws {
        let words = (0..<100_000).map { "w\($0)" }.joined(separator: ", ")
        let loaded = load("rules:\n  - {id: a, match: [\(words)], reply: x}\n  - {id: b, match: w5 w6, reply: y}\n")
        #expect(loaded.diagnostics.contains { $0.code == "shadowed-rule" })
    }
}
