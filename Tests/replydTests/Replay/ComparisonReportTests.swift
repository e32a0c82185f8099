import Responder
import Store
import Testing

@testable import replyd

/// The output of `replyd replay`, to the letter.
@Suite struct ComparisonReportTests {
    private static let before = """
        hours:
          shop: {timezone: Asia/Jerusalem, open: {sun-thu: "09:00-18:00"}}
        settings: {expired: {template: reopen_chat}}
        rules:
          - id: hours
            match: [שעות, hours]
            reply: "א׳–ה׳ 09:00–18:00"
          - id: price
            match: price
            reply: Prices are on our site.
          - id: stop
            match: {exact: [stop]}
            reply: Bye
        """

    private static let after = """
        hours:
          shop: {timezone: Asia/Jerusalem, open: {sun-thu: "09:00-18:00"}}
        settings: {expired: silent}
        rules:
          - id: hours
            match: שעות
            reply: "א׳–ו׳ 09:00–20:00"
          - id: prices
            match: price
            reply: Prices are on our site.
          - id: stop
            match: {exact: [stop]}
            reply: Bye
            opt_out: true
          - id: parking
            match: [חניה, parking]
            reply: חניה חינם
        """

    private func view(_ texts: [String], old: String? = nil) async throws -> ComparisonReport {
        let line = try RecordedLine(Self.before)
        for text in texts {
            try await line.say(text)
            line.now = line.now + .minutes(1)
        }
        if let old { try await line.say(old, from: "972521111111", sent: line.now - .hours(30)) }
        let after = try RecordedLine.rules(Self.after, file: "new.yaml")
        let (_, comparison) = try await line.replay(against: after)
        return ComparisonReport(
            comparison: comparison, before: .init(path: "rules.yaml", rules: line.rules),
            after: .init(path: "new.yaml", rules: after), since: nil, erased: 0)
    }

    @Test func theDifferenceIsShownWithExamplesOfEachKind() async throws {
        let texts = ["מה השעות?", "שעות", "hours", "price?", "יש חניה?", "what else", "stop"]
        let view = try await view(texts, old: "מתי? שעות")
        let revisions = (view.before.rules.revision, view.after.rules.revision)
        #expect(
            view.text(Terminal(hasColour: false, width: 80)) == """
                8 messages of 2 conversations
                all that is stored

                  before  rules.yaml  3 rules  revision \(revisions.0)
                  after   new.yaml    4 rules  revision \(revisions.1)

                  same                                 1  12.5%
                  newly silent                         2  25.0%
                  newly answered                       1  12.5%
                  newly a paid template                0   0.0%
                  text instead of a paid template      0   0.0%
                  another answer                       2  25.0%
                  same answer, other effects           1  12.5%
                  same answer, another rule or reason  1  12.5%

                newly silent: 2
                  1 × hours rules.yaml:6 → no rule (no-match)
                    2026-11-21 22:32  972…567  hours
                      before  \u{2068}א׳–ה׳ 09:00–18:00\u{2069}
                      after   silent (no-match): no rule matches
                  1 × template by hours (window-expired) rules.yaml:6
                    → silent by hours (window-expired) new.yaml:6
                    2026-11-21 22:37  972…111  \u{2068}מתי? שעות\u{2069}
                      before  template reopen_chat (he)
                      after   silent (window-expired): the message says '\u{2068}שעות\u{2069}'; the 24-hour…

                newly answered: 1
                  1 × no rule (no-match) → parking new.yaml:16
                    2026-11-21 22:34  972…567  \u{2068}יש חניה?\u{2069}
                      before  silent (no-match): no rule matches
                      after   \u{2068}חניה חינם\u{2069}

                another answer: 2
                  2 × hours rules.yaml:6 → hours new.yaml:6
                    2026-11-21 22:30  972…567  \u{2068}מה השעות?\u{2069}
                      before  \u{2068}א׳–ה׳ 09:00–18:00\u{2069}
                      after   \u{2068}א׳–ו׳ 09:00–20:00\u{2069}
                    2026-11-21 22:31  972…567  \u{2068}שעות\u{2069}
                      before  \u{2068}א׳–ה׳ 09:00–18:00\u{2069}
                      after   \u{2068}א׳–ו׳ 09:00–20:00\u{2069}

                same answer, other effects: 1
                  1 × stop rules.yaml:12 → stop new.yaml:12
                    2026-11-21 22:36  972…567  stop
                      before  Bye [no effects]
                      after   Bye [opts the contact out]

                same answer, another rule or reason: 1
                  1 × price rules.yaml:9 → prices new.yaml:9
                    2026-11-21 22:33  972…567  price?
                      before  Prices are on our site.
                      after   Prices are on our site.
                """)
    }

    @Test func theObjectForMachinesHasAllOfIt() async throws {
        let view = try await view(["hours", "stop"])
        let revisions = (view.before.rules.revision, view.after.rules.revision)
        let at = RecordedLine.start.milliseconds / 1000
        #expect(
            view.json == """
                {"after":{"path":"new.yaml","revision":"\(revisions.1)","rules":4},"before":{"path":"rules.yaml",\
                "revision":"\(revisions.0)","rules":3},"conversations":1,"counts":{"newly_answered":0,"newly_silent":1,\
                "newly_template":0,"no_longer_template":0,"other_answer":0,"other_effects":1,"other_rule":0,"same":0},\
                "differences":[{"after":{"outcome":"silent","reason":"no-match","rule":null},"before":{"file":"rules.yaml",\
                "line":6,"outcome":"reply","reason":"matched","rule":"hours"},"count":1,"examples":[{"after":{"because":\
                "no rule matches","changes":{},"messages":[]},"at":\(at),"before":{"because":"the message says 'hours'",\
                "changes":{},"messages":[{"kind":"text","quote":true,"text":"א׳–ה׳ 09:00–18:00"}]},"contact":"972…567",\
                "id":"U1","text":"hours"}],"kind":"newly_silent"},{"after":{"file":"new.yaml","line":12,"outcome":"reply",\
                "reason":"matched","rule":"stop"},"before":{"file":"rules.yaml","line":12,"outcome":"reply",\
                "reason":"matched","rule":"stop"},"count":1,"examples":[{"after":{"because":"the message says 'stop'",\
                "changes":{"opted_out":true},"messages":[{"kind":"text","quote":true,"text":"Bye"}]},"at":\(at + 60),\
                "before":{"because":"the message says 'stop'","changes":{},"messages":[{"kind":"text","quote":true,\
                "text":"Bye"}]},"contact":"972…567","id":"U2","text":"stop"}],"kind":"other_effects"}],"erased":0,\
                "messages":2,"recorded":{"other":0,"other_revision":0,"same":2},"since":null}
                """)
    }

    @Test func whereNothingDiffersThereAreNoExamples() async throws {
        let text = try await view(["what else"]).text(Terminal(hasColour: false, width: 80))
        #expect(text.hasPrefix("1 message of 1 conversation\nall that is stored\n\n"))
        #expect(text.contains("\n  same                                 1  100.0%\n"))
        #expect(text.hasSuffix("\n  same answer, another rule or reason  0    0.0%"))
    }

    @Test func whatElseWasDifferentIsSaid() async throws {
        let line = try RecordedLine(Self.before)
        try await line.say("hours")
        line.rules = try RecordedLine.rules(Self.after)
        try await line.execute("INSERT INTO contact VALUES (9, 'x', NULL, NULL, 'forgotten', NULL, 0)")
        try await line.execute("INSERT INTO conversation (id) VALUES (9)")
        try await line.execute(
            "INSERT INTO message VALUES (9, 'x', 'y', 9, '', NULL, 'text', '', NULL, NULL, 0, 0, '', 1, NULL)")
        let since = line.now - .days(1)
        try await line.execute("UPDATE message SET received_at = \(line.now.milliseconds) WHERE id = 9")
        let history = try await line.store.history(since: since)
        let (_, comparison) = try await line.replay(since: since)
        let view = ComparisonReport(
            comparison: comparison, before: .init(path: "a", rules: line.rules),
            after: .init(path: "b", rules: line.rules),
            since: since, erased: history.erased)
        let text = view.text(Terminal(hasColour: false, width: 80))
        #expect(
            text.hasPrefix(
                "1 message of 1 conversation\nsince 2026-11-20 22:30 (Asia/Jerusalem)\n\nleft out: 1 message of people who were erased\n"
            ))
        #expect(
            text.hasSuffix(
                "\n\nThe daemon itself had decided 1 of them otherwise: 1 by other revisions of the rules."))
    }

    @Test func manyPairsOfRulesAreLeftToMachines() async throws {
        func rules(_ word: String) -> String {
            "rules:\n" + (0..<8).map { "  - {id: r\($0), match: w\($0), reply: \(word)}\n" }.joined()
        }
        let line = try RecordedLine(rules("old"))
        for number in 0..<8 { try await line.say("w\(number) please", from: "97250000000\(number)") }
        let after = try RecordedLine.rules(rules("new"))
        let (_, comparison) = try await line.replay(against: after)
        let view = ComparisonReport(
            comparison: comparison, before: .init(path: "a", rules: line.rules), after: .init(path: "b", rules: after),
            since: nil, erased: 0)
        let text = view.text(Terminal(hasColour: false, width: 80))
        #expect(text.contains("  1 × r4 rules.yaml:7 → r4 rules.yaml:7\n"))
        #expect(!text.contains("r5 rules.yaml"))
        #expect(text.hasSuffix("\n  … and 3 messages more, of 3 pairs of rules: --json shows them all"))
    }
}
