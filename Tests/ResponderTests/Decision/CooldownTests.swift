import Responder
import Testing

@Suite struct CooldownTests {
    @Test func aRuleAnswersOnceInItsCooldownMeanwhileOthersAreAsked() throws {
        var chat = try Chat(
            """
              - {id: greet, match: hi, reply: hello, cooldown: 1h}
              - {id: rest, match: hi there, reply: "yes?"}
            """)
        #expect(chat.says("hi there").rule == "greet")
        #expect(chat.says("hi there", after: .minutes(59)).rule == "rest")
        let held = chat.says("hi", after: .seconds(59))
        #expect(held.rule == "greet" && held.outcome == .silent && held.reason == .cooldown && held.sends.isEmpty)
        #expect(held.because == "the message says 'hi', but the rule answers a contact at most once in 1h")
        #expect(chat.says("hi", after: .seconds(1)).reason == .matched)
    }

    @Test func silenceAskedForByTheCooldownEndsTheSearch() throws {
        var chat = try Chat(
            """
              - {id: greet, match: hi, reply: hello, cooldown: {for: 1h, then: silent}}
              - {id: rest, match: anything, reply: "yes?"}
            """)
        #expect(chat.says("hi").rule == "greet")
        #expect(chat.says("hi").reason == .cooldown)
        #expect(chat.says("hey").rule == "rest")
        #expect(
            chat.why(chat.message("hi"))[1] == "+rest: it answers every message, but 'greet' ends the search in silence"
        )
        #expect(chat.says("hi", after: .hours(1)).rule == "greet")
    }

    @Test func soManyAnswersInSoLongTheOldestOneMustHavePassed() throws {
        var chat = try Chat("  - {id: a, match: anything, reply: x, cooldown: {for: 1d, times: 3}}")
        #expect(chat.says("x").reason == .matched)
        #expect(chat.says("x", after: .hours(8)).reason == .matched)
        #expect(chat.says("x", after: .hours(8)).reason == .matched)
        let fourth = chat.says("x", after: .hours(7))
        #expect(fourth.reason == .cooldown)
        #expect(fourth.because == "it answers every message, but the rule answers a contact at most 3 times in 1d")
        #expect(
            chat.why(chat.message("x")) == [
                "+a: it answers every message, but held back by its cooldown: it answered 7h ago"
            ])
        #expect(chat.says("x", after: .hours(1)).reason == .matched)
        #expect(chat.says("x", after: .hours(1)).reason == .cooldown)
    }

    @Test func rulesOfOneGroupCountTogetherRulesWithoutOneEachForItself() throws {
        var chat = try Chat(
            """
              - {id: a, match: a, reply: x, cooldown: {for: 1h, group: g}}
              - {id: b, match: b, reply: x, cooldown: {for: 1h, group: g}}
              - {id: c, match: c, reply: x, cooldown: 1h}
              - {id: d, match: d, reply: x, cooldown: 1h}
            """)
        #expect(chat.says("a").rule == "a")
        #expect(chat.says("b").reason == .cooldown)
        #expect(chat.says("c").reason == .matched)
        #expect(chat.says("d").reason == .matched)
    }

    @Test func whatSendsNothingStartsNoCooldownIgnoringAShutWindowAReplyThatIsNotSent() throws {
        var chat = try Chat(
            """
              - {id: a, match: a, ignore: true, cooldown: 1h}
              - {id: b, match: b, reply: x, cooldown: 1h, expired: silent}
              - {id: c, match: c, reply: x, cooldown: 1h, continue: true}
              - {id: d, match: c d, reply: y}
              - {id: e, match: e, tag: t, cooldown: 1h}
            """)
        #expect(chat.says("a").reason == .ignored && chat.says("a").reason == .ignored)
        #expect(chat.says("b", window: false).reason == .windowExpired)
        #expect(chat.says("b", window: true).reason == .matched)
        #expect(chat.says("c d").rule == "d")
        #expect(chat.says("c").reason == .matched)
        #expect(chat.says("c").reason == .cooldown)
        // A rule without an answer acts once per cooldown.
        #expect(chat.says("e").reason == .noReply)
        #expect(chat.says("e").reason == .cooldown)
    }

    @Test func moreAnswersAreNotRememberedThanACooldownCanCount() throws {
        var chat = try Chat("  - {id: a, match: anything, reply: x, cooldown: {for: 1d, times: 20}}")
        for _ in 0..<20 { #expect(chat.says("x", after: .seconds(1)).reason == .matched) }
        #expect(chat.says("x").reason == .cooldown)
        for _ in 0..<30 { _ = chat.says("x", after: .days(1)) }
        #expect(chat.conversation.memory.answers["rule a"]?.count == Memory.answersKept)
    }
}

@Suite struct OneOfTests {
    @Test func alternativesTakeTurnsWithEachContact() throws {
        var chat = try Chat("  - {id: a, match: anything, one_of: [one, two, three]}")
        var other = chat
        #expect((0..<7).flatMap { _ in chat.answers("x") } == ["one", "two", "three", "one", "two", "three", "one"])
        #expect(other.answers("x") == ["one"])
    }

    @Test func whatIsNotSentTakesNoTurnSoThatNobodyReadsTheSameOneTwiceInARow() throws {
        var chat = try Chat(
            """
              - {id: a, match: hi, one_of: [one, two], expired: silent}
              - {id: b, match: stop, one_of: [bye, gone], opt_out: true}
              - {id: c, match: back, reply: x, opt_in: true}
            """)
        #expect(chat.answers("hi") == ["one"])
        #expect(chat.answers("hi", window: false) == [])
        #expect(chat.answers("hi", window: true) == ["two"])
        chat.conversation.pausedUntil = chat.now + .hours(1)
        #expect(chat.answers("stop") == [])
        _ = chat.says("back")
        #expect(chat.answers("stop", after: .hours(2)) == ["bye"])
    }

    @Test func eachMayQuoteOrNotAndTurnsStaySoundWhenThereAreFewerThanBefore() throws {
        var chat = try Chat("  - {id: a, match: anything, one_of: [one, {text: two, quote: false}]}")
        #expect(chat.says("x").sends.map(\.body) == [.message(.text("one", replyTo: "m1"))])
        #expect(chat.says("x").sends.map(\.body) == [.message(.text("two", replyTo: nil))])
        chat.conversation.memory.turns["a"] = 7
        #expect(chat.answers("x") == ["one"])
    }
}
