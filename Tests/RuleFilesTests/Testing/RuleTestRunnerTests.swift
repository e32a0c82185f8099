import Foundation
import Responder
import RuleFiles
import Testing

@Suite struct RuleTestRunnerTests {
    private func run(_ text: String, policy: DecisionPolicy = DecisionPolicy()) throws -> [RuleTestResult] {
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: text)])
        let runner = RuleTestRunner(rules: try #require(loaded.ruleSet, "\(loaded.report())"), policy: policy)
        return loaded.tests.map { runner.run($0) }
    }

    /// Returns the texts of the failures, each with its line and with the text that the contact writes.
    private func failures(_ text: String) throws -> [String] {
        try run(text).flatMap(\.failures).map {
            "\($0.place.line) \($0.says): \($0.difference.joined(separator: " | "))"
        }
    }

    @Test func theExampleOfTheSpecificationPasses() throws {
        let text = """
            version: 1
            settings:
              quote: true
              expired:
                template: reopen_chat
                language: he
                variables: ["{{contact.name}}"]
            hours:
              shop:
                timezone: Asia/Jerusalem
                open:
                  sun-thu: 09:00-18:00
                  fri: 08:30-13:00
                except:
                  2026-09-12: closed
                  2026-12-24..2026-12-26: closed
                  2026-12-31: 09:00-12:00, 16:00-18:00
            words:
              greeting: [שלום, היי, "בוקר טוב", hello, hi]
            rules:
              - id: opening-hours
                match: [שעות פתיחה, מתי פתוח, opening hours]
                reply: |
                  אנחנו פתוחים א׳–ה׳ 09:00–18:00, ו׳ 08:30–13:00.
                tests:
                  - says: מה שעות הפתיחה שלכם?
                  - says: שעתיים של המתנה
                    expect: silent
              - id: order-status
                match:
                  regex: '(?:order|הזמנה)\\s*#?(?<number>\\d{4,})'
                reply: "מחפשים את הזמנה {{match.number}}, כבר חוזרים אליך."
                handoff: {pause: 4h}
              - id: after-hours
                when: {closed: shop}
                match: anything
                priority: -10
                reply: "תודה {{contact.name}}! אנחנו סגורים כרגע ונפתח {{hours.shop.next_open}}."
                cooldown: 12h
            tests:
              - name: told once, then quiet, then again
                at: 2026-11-21 22:30
                conversation:
                  - says: יש מישהו?
                    expect: {rule: after-hours, text: /נפתח יום ראשון/}
                  - after: 5m
                    says: הלו
                    expect: {silent: cooldown}
                  - after: 25h
                    window: expired
                    says: ?
                    expect: {template: reopen_chat}

            """
        let results = try run(text)
        #expect(
            results.map(\.test.name) == [
                "מה שעות הפתיחה שלכם?", "שעתיים של המתנה", "told once, then quiet, then again",
            ])
        #expect(results.flatMap(\.failures).map(\.difference) == [])
        #expect(results.map(\.reached) == [["opening-hours"], [], ["after-hours"]])
        #expect(results.map(\.test.rule) == ["opening-hours", "opening-hours", nil])
    }

    private static let rules = """
        version: 1
        rules:
          - {id: hi, match: hi, reply: ["hello {{contact.name}}", "line one\\nline two"], expired: {template: t}}
          - {id: bye, match: bye, reply: bye, cooldown: 1h}
          - {id: thanks, match: thanks, ignore: true}
          - {id: stop, match: stop, opt_out: true}
          - {id: news, match: news, template: newsletter}
        tests:

        """

    @Test(
        "What was expected and what came is told in a difference",
        arguments: [
            ("says: hi\n    expect: {rule: bye}", "- rule bye | + rule hi"),
            ("says: what\n    expect: {rule: bye}", "- rule bye | + no rule"),
            ("says: hi\n    expect: silent", "- silence | + the reply of 'hi'"),
            ("says: hi\n    expect: {silent: paused}", "- silence (paused) | + the reply of 'hi'"),
            ("says: what\n    expect: {silent: paused}", "- silence (paused) | + silence (no-match)"),
            ("says: news\n    expect: silent", "- silence | + template newsletter"),
            ("says: news\n    expect: {template: other}", "- template other | + template newsletter"),
            ("says: bye\n    expect: {template: other}", "- template other | + the reply of 'bye'"),
            ("says: bye\n    expect: {text: good bye}", "- good bye | + bye"),
            ("says: bye\n    expect: {text: /^b.x$/}", "- /^b.x$/ | + bye"),
            ("says: what\n    expect: {text: bye}", "- bye | + silence (no-match)"),
            (
                "says: hi\n    contact_name: Dana\n    expect: {text: hello Dana}",
                "- hello Dana | + hello Dana | + line one | + line two"
            ),
            (
                "says: hi\n    contact_name: Dana\n    expect: {text: [hello Dana, \"line one\\nline 2\"]}",
                "- hello Dana | - line one | - line 2 | + hello Dana | + line one | + line two"
            ),
            ("says: hi\n    window: expired\n    expect: {text: hello}", "- hello | + template t"),
            ("says: what\n    expect: {rule: bye, text: bye}", "- rule bye | + no rule | - bye | + silence (no-match)"),
        ])
    func difference(_ test: String, _ expected: String) throws {
        let said = test.split(separator: "\n")[0].dropFirst(6)
        #expect(try failures("\(Self.rules)  - \(test)\n") == ["9 \(said): \(expected)"])
    }

    @Test(
        "What is as expected is none",
        arguments: [
            "says: hi\n    contact_name: '*D*'\n    expect: {text: [\"hello ∗D∗\", /one\\nline/]}",
            "says: hi\n    window: expired\n    expect: {rule: hi, template: t}",
            "says: thanks\n    expect: {rule: thanks}",
            "says: thanks\n    expect: {silent: ignored}", "says: stop\n    expect: {rule: stop, silent: no-reply}",
            "says: '?'\n    expect: silent", "says: hi\n    type: reaction\n    expect: {silent: reaction}",
            "says: bye\n    type: image\n    expect: {text: \" bye \"}",
            "type: sticker\n    expect: silent", "conversation: [{type: image, expect: silent}]",
            "says: hi\n    from: '972770000000'\n    expect: {silent: own-message}",
        ])
    func noDifference(_ test: String) throws {
        // A test that is not understood is not run, and does not fail either.
        #expect(try run("\(Self.rules)  - \(test)\n").map(\.failures.count) == [0])
    }

    /// What is meant for other rules must not go to somebody who has just opted out.
    @Test func anOptOutThatComesLateGetsNoTemplateButItsOwn() throws {
        let rules = """
            version: 1
            settings: {expired: {template: t}}
            rules:
              - {id: stop, match: stop, opt_out: true, reply: bye}
              - {id: halt, match: halt, opt_out: true, reply: bye, expired: {template: sorry}}
            tests:
              - {says: stop, window: expired, expect: {rule: stop, silent: window-expired}}
              - {says: halt, window: expired, expect: {rule: halt, template: sorry}}

            """
        #expect(try failures(rules) == [])
    }

    @Test func aConversationGoesOnFromMessageToMessageContactsApartAndEveryFailureSaysWhy() throws {
        let text =
            Self.rules + """
                  - name: two people
                    conversation:
                      - {says: bye, expect: {rule: bye}}
                      - {says: bye, after: 59m, expect: {silent: cooldown}}
                      - {says: bye, from: +972 50-111-1111, expect: {rule: bye}}
                      - {says: stop, from: "972501111111"}
                      - {says: bye, from: "972501111111", expect: {silent: opted-out}}
                      - {says: bye, after: 1m, expect: {rule: hi}}

                """
        let results = try run(text)
        let failure = try #require(results.first?.failures.first)
        #expect(results.count == 1 && results[0].failures.count == 1)
        #expect(failure.place == Place(file: "a.yaml", line: 16) && failure.difference == ["- rule hi", "+ rule bye"])
        #expect(failure.why.map(\.rule) == ["hi", "bye", "thanks", "stop", "news"])
        #expect(
            failure.why.map(\.because).prefix(2) == ["the message does not say 'hi'", "the message says 'bye'"])
        #expect(failure.why.map(\.isAnswering) == [false, true, false, false, false])
    }

    @Test func aRulesOwnTestExpectsThatRuleInAConversationOfItsLastMessage() throws {
        func rules(_ tests: String) -> String {
            """
            version: 1
            rules:
              - {id: first, match: go, set: {at: start}, reply: ok}
              - id: second
                match: go on
                when: {state: {at: start}}
                priority: 1
                reply: further
                tests:
                  - \(tests)

            """
        }
        #expect(try failures(rules("{says: go on}")) == ["10 go on: - rule second | + rule first"])
        #expect(try failures(rules("{conversation: [{says: go}, {says: go on}]}")) == [])
        #expect(try failures(rules("{says: go, expect: {text: ok}}")) == ["10 go: - rule second | + rule first"])
        #expect(try failures(rules("{says: go, expect: {rule: first, text: ok}}")) == [])
    }

    @Test func timeBeginsOnAMondayAtNoonByTheClockOfTheHoursOrWhenTheTestSaysAndGoesByWhatPasses() throws {
        let text = """
            version: 1
            hours: {shop: {timezone: Asia/Jerusalem, open: {sun-thu: 09:00-18:00}}}
            rules:
              - {id: clock, match: time, reply: "{{now.date}} {{now.time}}"}
            tests:
              - {says: time, expect: {text: 08.01.2024 12:00}}
              - {says: time, at: 2026-03-27 02:30, expect: {text: 27.03.2026 03:00}}
              - {says: time, at: "2026-03-27T22:30:59Z", expect: {text: 28.03.2026 01:30}}
              - at: 2026-10-25 00:30
                conversation:
                  - {says: time, after: 30m, expect: {text: 25.10.2026 01:00}}
                  - {says: time, after: 1h, expect: {text: 25.10.2026 01:00}}
                  - {says: time, after: 1h30m, expect: {text: 25.10.2026 02:30}}

            """
        #expect(try failures(text) == [])
    }

    @Test func testsRunSideBySideComeBackInTheirOrder() async throws {
        let tests = (0..<500).map { "  - {name: n\($0), says: bye, expect: {text: b\($0 % 7 == 0 ? "ye" : "oo")}}\n" }
            .joined()
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: Self.rules + tests)])
        let results = await RuleTestRunner(rules: try #require(loaded.ruleSet)).run(loaded.tests)
        #expect(results.map(\.test.name) == (0..<500).map { "n\($0)" })
        #expect(results.map(\.failures.isEmpty) == (0..<500).map { $0 % 7 == 0 })
    }

    @Test("The rules that come with replyd pass their own tests, and nothing is to be warned of", arguments: ["rules"])
    func ownRules(_ folder: String) throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
            .deletingLastPathComponent()
        let loaded = RuleSetLoader.load(paths: [root.appending(path: folder).path], lint: RuleLint())
        #expect(loaded.report() == "")
        let runner = RuleTestRunner(rules: try #require(loaded.ruleSet))
        #expect(loaded.tests.count > 20)
        #expect(loaded.tests.map(runner.run).flatMap(\.failures).map(\.difference) == [])
    }
}
