import Responder
import Testing

@Suite struct OptOutTests {
    private static let rules = """
          - {id: out, match: {exact: stop}, opt_out: true, reply: bye}
          - {id: in, match: {exact: start}, opt_in: true, reply: welcome back}
          - {id: person, match: person, handoff: {pause: 4h, notify: "https://x.il/person"}, reply: wait}
          - {id: quiet, match: quiet, handoff: {pause: 10m}}
          - {id: rest, match: anything, reply: hello}
        """

    @Test func whoOptsOutIsToldSoOnceHearsNothingMoreAndCanComeBack() throws {
        var chat = try Chat(Self.rules)
        let out = chat.says("stop")
        #expect(out.rule == "out" && out.sends.compactMap(\.text) == ["bye"] && out.changes.optedOut == true)
        for text in ["hello", "stop", "person"] {
            let decision = chat.says(text, after: .days(40))
            #expect(decision.reason == .optedOut && decision.rule == nil && decision.sends.isEmpty)
            #expect(decision.because == "the contact has opted out")
        }
        #expect(
            chat.why(chat.message("start")) == [
                "-out: the contact has opted out", "*in: the message says 'start'",
                "-person: the contact has opted out",
                "-quiet: the contact has opted out", "-rest: the contact has opted out",
            ])
        #expect(chat.answers("start") == ["welcome back"])
        #expect(chat.answers("hello") == ["hello"])
    }

    /// Messages may come late and out of order: the contact's last word counts.
    @Test func aWordToComeBackThatIsOlderThanTheOptOutChangesNothing() throws {
        var chat = try Chat(Self.rules)
        var late = chat.message("start")
        _ = chat.says("stop", after: .minutes(5))
        #expect(chat.receive(late).reason == .optedOut)
        #expect(chat.conversation.memory.isOptedOut)
        // Providers give whole seconds.
        late.timestamp = try #require(chat.conversation.memory.consentAt)
        #expect(chat.receive(late).rule == "in" && !chat.conversation.memory.isOptedOut)
        #expect(chat.conversation.memory.consentAt == late.timestamp)
    }

    @Test func theLastWordCountsHoweverManyThereWereAndInWhateverOrderTheyCome() throws {
        var chat = try Chat(Self.rules)
        func word(_ text: String, _ minute: Int) -> Message {
            var message = chat.message(text)
            message.timestamp = chat.now + .minutes(minute)
            return message
        }
        let words = [word("stop", -30), word("stop", -10), word("start", -20)]
        for message in words { _ = chat.receive(message) }
        #expect(chat.conversation.memory.isOptedOut, "the second stop is newer than the start that comes late")
        let late = word("stop", -6)
        #expect(chat.receive(word("start", -5)).rule == "in")
        let decision = chat.receive(late)
        #expect(decision.rule == "out" && decision.reason == .noReply && decision.sends.isEmpty)
        #expect(decision.because == "the message says 'stop', but the contact has said otherwise since")
        #expect(chat.why(late).first == "-out: the message says 'stop', but the contact has said otherwise since")
        #expect(!chat.conversation.memory.isOptedOut)
        #expect(chat.answers("hello") == ["hello"])
    }

    @Test func ofTwoAddressesOfOnePersonTheLastWordCountsToo() throws {
        var (one, two) = (try Chat(Self.rules), try Chat(Self.rules))
        _ = one.says("stop")
        _ = two.says("stop", after: .minutes(1))
        _ = two.says("start", after: .minutes(1))
        var merged = one.conversation
        merged.merge(two.conversation)
        #expect(!merged.memory.isOptedOut && merged.memory.consentAt == two.conversation.memory.consentAt)
        merged = two.conversation
        merged.merge(one.conversation)
        #expect(!merged.memory.isOptedOut)
        // The other one has never said anything about it.
        merged = try Chat(Self.rules).conversation
        merged.merge(one.conversation)
        #expect(merged.memory.isOptedOut && merged.memory.consentAt == one.conversation.memory.consentAt)
    }

    @Test func aWordFromTheFutureIsOneOfNow() throws {
        var chat = try Chat(Self.rules)
        var future = chat.message("stop")
        future.timestamp = chat.now + .days(4000)
        _ = chat.receive(future)
        #expect(chat.conversation.memory.isOptedOut && chat.answers("start", after: .minutes(1)) == ["welcome back"])
    }

    @Test func optingInWithoutHavingOptedOutChangesNothing() throws {
        var chat = try Chat(Self.rules)
        #expect(chat.answers("start") == ["welcome back"])
        #expect(!chat.conversation.memory.isOptedOut)
    }

    @Test func aHandOffRepliesTellsTheBusinessAndIsQuietUntilItsTimeIsOver() throws {
        var chat = try Chat(Self.rules)
        let decision = chat.says("person")
        #expect(decision.sends.compactMap(\.text) == ["wait"])
        #expect(decision.sends.map(\.lane) == [.answers, .posts])
        #expect(chat.conversation.pausedUntil == chat.now + .hours(4))
        let paused = chat.says("hello", after: .hours(4) - .seconds(1))
        #expect(paused.reason == .paused && paused.rule == nil && paused.sends.isEmpty)
        #expect(paused.because == "the bot is paused in this conversation: 'person' has handed it to a person")
        #expect(
            chat.why(chat.message("hello")).last
                == "-rest: the bot is paused in this conversation: 'person' has handed it to a person")
        #expect(chat.answers("hello", after: .seconds(1)) == ["hello"])
    }

    @Test func aHandOffWithoutAReplyIsSilentAndNeverShortensALongerOne() throws {
        var chat = try Chat(Self.rules)
        chat.conversation.pausedUntil = chat.now
        let decision = chat.says("quiet")
        #expect(decision.reason == .noReply && decision.rule == "quiet" && decision.sends.isEmpty)
        let until = chat.now + .minutes(10)
        #expect(chat.conversation.pausedUntil == until)
        chat.conversation.apply(decision.changes, of: chat.message("x"), by: nil, at: chat.now - .hours(1))
        #expect(chat.conversation.pausedUntil == until)
    }

    @Test func whoIsWithAPersonCanStillOptOutAndInAndTheBotSaysNothingAboutIt() throws {
        var chat = try Chat(Self.rules)
        _ = chat.says("person")
        let out = chat.says("stop", after: .minutes(1))
        #expect(out.rule == "out" && out.reason == .paused && out.outcome == .silent && out.sends.isEmpty)
        #expect(
            out.because
                == "the message says 'stop'; the bot is paused in this conversation: 'person' has handed it to a person"
        )
        #expect(chat.conversation.memory.isOptedOut)
        #expect(chat.says("hello", after: .minutes(1)).reason == .paused)
        #expect(chat.says("hello", after: .hours(4)).reason == .optedOut)
        chat.conversation.pausedUntil = chat.now + .hours(1)
        #expect(chat.says("hello").because == "the bot is paused in this conversation: a person has taken it over")
        #expect(chat.says("start").reason == .paused)
        #expect(!chat.conversation.memory.isOptedOut)
        #expect(chat.answers("hello", after: .hours(2)) == ["hello"])
    }

    @Test func optingOutReachesPastARuleForEverythingWhateverTheirOrder() throws {
        var chat = try Chat(
            """
              - {id: rest, match: anything, reply: hello}
              - {id: in, match: {exact: start}, opt_in: true, reply: welcome back}
            """)
        chat.conversation.memory.isOptedOut = true
        #expect(chat.says("x").reason == .optedOut)
        #expect(chat.says("start").rule == "in")
    }
}
