import Daemon
import Responder
import Store
import Testing

@testable import replyd

/// The output of `replyd report`, to the letter.
@Suite struct ActivityReportTests {
    private static let rules = """
        hours:
          shop: {timezone: Asia/Jerusalem, open: {sun-thu: "09:00-18:00"}}
        rules:
          - {id: opening-hours, match: שעות, reply: "09:00"}
          - {id: מחירים, match: מחיר, reply: "10"}
          - {id: parking, match: parking, reply: free}
          - {id: vip, match: vip, tag: vip, continue: true}
          - {id: trial, match: gift, reply: soon, mode: shadow}
        """

    private var statistics: Statistics {
        var statistics = Statistics()
        statistics.messages = 1240
        statistics.conversations = 310
        statistics.start = RecordedLine.start - .days(7)
        statistics.end = RecordedLine.start
        statistics.decisions = [
            .init(rule: "opening-hours", outcome: .reply, reason: .init(word: "matched"), count: 900),
            .init(rule: "opening-hours", outcome: .silent, reason: .init(word: "cooldown"), count: 40),
            .init(rule: "opening-hours", outcome: .template, reason: .init(word: "window-expired"), count: 4),
            .init(rule: "מחירים", outcome: .silent, reason: .init(word: "window-expired"), count: 3),
            .init(rule: "gone", outcome: .reply, reason: .init(word: "matched"), count: 3),
            .init(rule: nil, outcome: .silent, reason: .init(word: "no-match"), count: 280),
            .init(rule: nil, outcome: .silent, reason: .init(word: "paused"), count: 9),
        ]
        statistics.handoffs = 12
        statistics.optOuts = 2
        statistics.takeovers = 5
        for time in [85, 240, 1_240, 12_500] as [Int64] { statistics.answerTimes.add(milliseconds: time) }
        statistics.templates = [.init(name: "reopen_chat", count: 5)]
        statistics.lateTemplates = 1
        // The two months of one account have their free messages each.
        statistics.sent = [
            .init(account: "972771234567", kind: .text, month: RecordedLine.start - .days(30), count: 600),
            .init(account: "972771234567", kind: .text, month: RecordedLine.start, count: 270),
            .init(account: "972771234567", kind: .choices, month: RecordedLine.start, count: 30),
            .init(account: "972771234567", kind: .template, month: RecordedLine.start, count: 4),
            .init(account: "972770000001", kind: .text, month: RecordedLine.start, count: 2),
        ]
        statistics.unsent = [
            .init(state: .failed, reason: .windowExpired, count: 2),
            .init(state: .held, reason: .unknown, count: 1),
        ]
        statistics.failedAttempts = [.init(name: "WhatsApp error, try again (reason 6)", count: 7)]
        statistics.unmatched = [
            .init(conversation: 1, text: "יש לכם משלוחים לחיפה?"), .init(conversation: 2, text: "משלוחים\nלצפון"),
            .init(conversation: 3, text: "do you sell gift cards"), .init(conversation: 4, text: "Gift cards?"),
            .init(conversation: 4, text: "xyz"), .init(conversation: 5, type: .image, text: nil),
        ]
        return statistics
    }

    private func view(_ statistics: Statistics, since: Timestamp? = nil) throws -> ActivityReport {
        ActivityReport(
            statistics, rules: try RecordedLine.rules(Self.rules), since: since,
            prices: ["972771234567": Prices(message: 0.05, template: 0.12, free: 200, currency: "ILS")])
    }

    @Test func theReportShowsWhatHappened() throws {
        let text = try view(statistics).text(Terminal(hasColour: false, width: 80))
        #expect(
            text == """
                1,240 messages of 310 conversations
                2026-11-14 22:30 to 2026-11-21 22:30 (Asia/Jerusalem)

                  reply                    903  72.8%
                  template                   4   0.3%
                  silent                   332  26.8%
                    no-match               280  22.6%
                    cooldown                40   3.2%
                    paused                   9   0.7%
                    window-expired           3   0.2%
                  not decided yet            1   0.1%
                  window missed: silent      5
                  window missed: template    5
                  handed off to a person    12
                  answered from elsewhere    5
                  opted out                  2
                  opted in again             0

                answer times (4)
                  median 240 ms, 95% within 12.5 s, 99% within 12.5 s

                rules by hits (3)
                  rule           hits  share  reply  template  silent  where
                  opening-hours   944  76.1%    900         4      40  rules.yaml:5
                  gone              3   0.2%      3         0       0  no longer among the rules
                  \u{2068}מחירים\u{2069}            3   0.2%      0         0       3  rules.yaml:6

                rules without a hit (3)
                  rule     where
                  parking  rules.yaml:7
                  vip      rules.yaml:8  goes on to the next
                  trial    rules.yaml:9  on trial

                what no rule matched (280), the latest 6 by what they share
                  messages  contacts  words         for example
                         2         2  \u{2068}משלוחים\u{2069}       \u{2068}יש לכם משלוחים לחיפה?\u{2069}
                                                    \u{2068}משלוחים ⏎ לצפון\u{2069}
                         2         2  gift + cards  do you sell gift cards
                                                    Gift cards?
                  others: 1; image without words: 1

                templates the provider accepted
                  5  reopen_chat

                sent, by kind
                  account       sent  kind           cost
                  972770000001     2  text
                  972771234567   870  text      25.48 ILS
                                  30  choices
                                   4  template

                answers not sent
                  2  failed  window-expired
                  1  held    unknown

                failed attempts
                  7  WhatsApp error, try again (reason 6)
                """)
    }

    @Test func theObjectForMachinesHasAllOfIt() throws {
        let view = try view(statistics, since: RecordedLine.start - .days(7))
        let revision = try RecordedLine.rules(Self.rules).revision
        #expect(
            view.json == """
                {"answer_times":{"answers":4,"median_ms":240,"p95_ms":12500,"p99_ms":12500},"conversations":310,\
                "failed_attempts":[{"count":7,"why":"WhatsApp error, try again (reason 6)"}],"from":1794688200,\
                "handoffs":12,"messages":1240,"only_defaults":{"groups":[],"looked_at":0,"messages":0,"rules":[],"ungrouped":0,"wordless":{}},"opt_ins":0,"opt_outs":2,"outcomes":{"reply":903,"silent":332,"template":4},\
                "revision":"\(revision)","rules":[{"file":"rules.yaml","hits":944,"line":5,"reply":900,\
                "rule":"opening-hours","silent":40,"template":4},{"file":null,"hits":3,"line":null,"reply":3,"rule":"gone",\
                "silent":0,"template":0},{"file":"rules.yaml","hits":3,"line":6,"reply":0,"rule":"מחירים","silent":3,\
                "template":0}],"sent":[{"account":"972770000001","kinds":{"text":2}},{"account":"972771234567","cost":25.48,\
                "currency":"ILS","kinds":{"choices":30,"template":4,"text":870}}],"silences":{"cooldown":40,"no-match":280,"paused":9,"window-expired":3},"since":1794688200,\
                "takeovers":5,"templates":{"reopen_chat":5},"to":1795293000,"unmatched":{"groups":[{"contacts":2,\
                "messages":2,"samples":["יש לכם משלוחים לחיפה?","משלוחים\\nלצפון"],"words":["משלוחים"]},{"contacts":2,\
                "messages":2,"samples":["do you sell gift cards","Gift cards?"],"words":["gift","cards"]}],"looked_at":6,\
                "messages":280,"ungrouped":1,"wordless":{"image":1}},"unsent":[{"count":2,"detail":null,"reason":"window-expired",\
                "state":"failed"},{"count":1,"detail":null,"reason":"unknown","state":"held"}],"windows_missed":{"silent":5,"template":5},\
                "without_hits":[{"file":"rules.yaml","line":7,"note":"","rule":"parking"},{"file":"rules.yaml","line":8,\
                "note":"goes on to the next","rule":"vip"},{"file":"rules.yaml","line":9,"note":"on trial","rule":"trial"}]}
                """)
    }

    @Test func withoutMessagesThereIsNothingToSay() throws {
        let terminal = Terminal(hasColour: false, width: 80)
        #expect(try view(Statistics()).text(terminal) == "No message has come yet.")
        #expect(
            try view(Statistics(), since: RecordedLine.start).text(terminal)
                == "No message has come since 2026-11-21 22:30 (Asia/Jerusalem).")
    }

    @Test func answerTimesAreKeptToThreeDigits() {
        var times = AnswerTimes()
        #expect(times.milliseconds(share: 0.5) == nil)
        for time in 1...1000 { times.add(milliseconds: Int64(time)) }
        #expect(times.milliseconds(share: 0.5) == 500 && times.milliseconds(share: 0.99) == 990)
        #expect(times.milliseconds(share: 1) == 1000 && times.count == 1000)
        times.add(milliseconds: 123_456)
        #expect(times.milliseconds(share: 1) == 123_000)
        times.add(milliseconds: -5)
        #expect(times.milliseconds(share: 0) == 0)
    }

    @Test func whatOnlyARuleForEveryMessageAnsweredIsACandidateToo() throws {
        let rules = try RecordedLine.rules(
            """
            rules:
              - {id: hours, match: hours, reply: "9"}
              - {id: greeting, match: anything, cooldown: 30d, continue: true, tag: known}
              - {id: default, match: anything, cooldown: 12h, reply: "We will answer soon."}
            """)
        var statistics = Statistics()
        statistics.messages = 5
        statistics.conversations = 3
        statistics.decisions = [
            .init(rule: "default", outcome: .reply, reason: .init(word: "matched"), count: 3),
            .init(rule: "default", outcome: .silent, reason: .init(word: "cooldown"), count: 1),
            .init(rule: "hours", outcome: .reply, reason: .init(word: "matched"), count: 1),
        ]
        statistics.unmatched = [
            .init(conversation: 1, text: "is there parking", rule: "default"),
            .init(conversation: 2, text: "parking?", rule: "default"),
            .init(conversation: 3, text: "thanks", rule: "default"),
        ]
        let view = ActivityReport(statistics, rules: rules, since: nil)
        #expect(
            view.text(Terminal(hasColour: false, width: 80)).contains(
                """

                what only default (rules.yaml:5) answered (4), the latest 3 by what they share
                  messages  contacts  words    for example
                         2         2  parking  is there parking
                                               parking?
                  others: 1
                """), "\(view.text(Terminal(hasColour: false, width: 80)))")
        #expect(
            view.json.contains(
                #""only_defaults":{"groups":[{"contacts":2,"messages":2,"samples":["is there parking","parking?"],"words":["parking"]}],"looked_at":3,"messages":4,"rules":[{"file":"rules.yaml","line":5,"rule":"default"}],"ungrouped":1,"wordless":{}}"#
            ), "\(view.json)")
    }
}
