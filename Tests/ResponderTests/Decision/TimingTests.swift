import Responder
import Testing

@Suite struct TimingTests {
    @Test func aDelayCountsFromTheMessageForEachOfItsTexts() throws {
        var chat = try Chat("  - {id: a, match: anything, reply: [one, two], delay: 1m30s}")
        var message = chat.message("x")
        message.timestamp = chat.now - .seconds(20)
        let decision = chat.receive(message)
        #expect(decision.reason == .matched)
        #expect(decision.sends.map(\.notBefore) == [chat.now + .seconds(70), chat.now + .seconds(70)])
        #expect(decision.sends.map(\.lane) == [.answers, .answers])
    }

    @Test func whatWaitsForTheOpeningIsSentThenAndAtOnceWhereItIsOpen() throws {
        var chat = try Chat("  - {id: a, match: anything, reply: x, at_open: shop}", at: "2026-11-19 20:00")
        let closed = chat.says("x")
        #expect(closed.outcome == .reply)
        #expect(closed.sends.map(\.notBefore) == [chat.now + .hours(61)])
        #expect(closed.sends.map(\.lane) == [.openings])
        let open = chat.says("x", after: .hours(61))
        #expect(open.sends.map(\.notBefore) == [nil] && open.sends.map(\.lane) == [.answers])
    }

    @Test func templatesWaitLikeTexts() throws {
        var chat = try Chat("  - {id: a, match: anything, template: t, delay: 5s}")
        #expect(chat.says("x").sends.map(\.notBefore) == [chat.now + .seconds(5)])
    }

    @Test func whereItNeverOpensNothingWaitsForIt() throws {
        let head = "hours: {shop: {timezone: Asia/Jerusalem, open: {sun: closed}}}\n"
        var chat = try Chat("  - {id: a, match: anything, reply: x, at_open: shop}", head: head)
        let decision = chat.says("x")
        #expect(decision.sends.map(\.notBefore) == [nil])
    }

    @Test func aTextBehindAShutWindowBecomesItsTemplateWhichWaitsAsWell() throws {
        var chat = try Chat(
            "  - {id: a, match: anything, reply: [x, y], at_open: shop, expired: {template: t}}", at: "2026-11-21 20:00"
        )
        let decision = chat.says("x", window: false)
        #expect(decision.outcome == .template && decision.reason == .windowExpired)
        #expect(decision.sends.map { $0.template?.name } == ["t"])
        #expect(decision.sends.map(\.notBefore) == [chat.now + .hours(13)])
    }
}

@Suite struct ShadowModeTests {
    @Test func aRuleOnTrialIsRecordedWhereNobodyElseAnswersSendsNothingAndChangesNothing() throws {
        var chat = try Chat(
            """
              - {id: trial, match: [hi, hey], mode: shadow, reply: x, tag: t, set: {s: "1"}, forward: "https://x.il", cooldown: 1h}
              - {id: real, match: hey, reply: y}
            """)
        let alone = chat.says("hi")
        #expect(alone.rule == "trial" && alone.reason == .shadow && alone.outcome == .silent && alone.sends.isEmpty)
        #expect(alone.because == "the message says 'hi', but the rule is on trial (mode: shadow)")
        #expect(alone.changes == Changes())
        #expect(chat.says("hey").rule == "real")
        #expect(
            chat.why(chat.message("hey")) == [
                "+trial: the message says 'hey', but it is on trial (mode: shadow)", "*real: the message says 'hey'",
            ])
    }
}
