import Responder
import Testing

@Suite struct ReasonTests {
    /// Checks every reason by the message that leads to it.
    @Test func eachReasonForWhatComesOfAMessageIsGivenForWhatItIs() throws {
        var chat = try Chat(
            """
              - {id: hi, match: hi, reply: hello, expired: silent}
              - {id: late, match: late, reply: hello, expired: {template: t}}
              - {id: name, match: name, reply: "{{contact.name}}"}
              - {id: thanks, match: thanks, ignore: true}
              - {id: tag, match: tag, tag: t}
              - {id: trial, match: trial, mode: shadow, reply: x}
              - {id: once, match: once, reply: x, cooldown: 1h}
              - {id: template, match: template, template: t}
            """)
        chat.policy = DecisionPolicy(maxAge: .hours(2), accounts: ["972770000009"])
        var seen: Set<String> = []
        func expect(
            _ decision: Decision, _ rule: String?, _ outcome: Decision.Outcome, _ reason: Decision.Reason,
            _ because: String,
            _ location: SourceLocation = #_sourceLocation
        ) {
            seen.insert(reason.rawValue)
            #expect(decision.rule == rule && decision.outcome == outcome, sourceLocation: location)
            #expect(decision.reason == reason && decision.because == because, sourceLocation: location)
            #expect(decision.sends.isEmpty == (outcome == .silent), sourceLocation: location)
            #expect(decision.revision == chat.rules.revision, sourceLocation: location)
        }
        let start = chat.conversation
        expect(chat.says("hi"), "hi", .reply, .matched, "the message says 'hi'")
        expect(chat.says("?"), nil, .silent, .noMatch, "no rule matches")
        expect(
            chat.says("thanks"), "thanks", .silent, .ignored, "the message says 'thanks'; the rule says to ignore it")
        expect(chat.says("tag"), "tag", .silent, .noReply, "the message says 'tag'; the rule has nothing to say")
        expect(
            chat.says("name"), "name", .silent, .emptyReply,
            "the message says 'name'; its text is empty once its variables are filled in")
        expect(
            chat.says("hi", window: false), "hi", .silent, .windowExpired,
            "the message says 'hi'; the 24-hour window has shut, and no template is configured for that")
        expect(
            chat.says("late", window: false), "late", .template, .windowExpired,
            "the message says 'late'; the 24-hour window has shut, so the template goes instead")
        chat.conversation = start
        var old = chat.message("late")
        old.timestamp = chat.now - .hours(2)
        expect(
            chat.receive(old), "late", .template, .tooOld,
            "the message says 'late'; the message is older than max_age, so the template goes instead")
        expect(chat.says("template"), "template", .template, .matched, "the message says 'template'")
        expect(
            chat.receive(chat.message("hi", number: Chat.account)), nil, .silent, .ownMessage,
            "our own account wrote it")
        expect(
            chat.receive(chat.message("hi", number: "972770000009")), nil, .silent, .ownAccount,
            "another account of ours wrote it")
        expect(
            chat.receive(chat.message("hi", type: .reaction)), nil, .silent, .reaction, "it is a reaction to a message")
        expect(
            chat.receive(chat.message("hi", type: MessageType(rawValue: "call_log"))), nil, .silent, .notMessage,
            "it is no message of a person (call_log)")
        expect(
            chat.receive(chat.message("hi", number: "120363@g.us")), nil, .silent, .notPrivate,
            "it is not a private chat")
        expect(
            chat.says("trial"), "trial", .silent, .shadow,
            "the message says 'trial', but the rule is on trial (mode: shadow)")
        _ = chat.says("once")
        expect(
            chat.says("once"), "once", .silent, .cooldown,
            "the message says 'once', but the rule answers a contact at most once in 1h")
        let usual = chat.policy
        chat.policy.loopGuard = LoopGuard(answers: 1)
        expect(
            chat.says("hi"), "hi", .silent, .loop,
            "1 answer went to this contact within 10m: it may be a robot; it is left alone for 1h")
        expect(chat.says("hi"), nil, .silent, .paused, "the bot is paused in this conversation: a robot seems to write")
        chat.policy = usual
        chat.conversation.pausedUntil = nil
        chat.policy.spent = [Chat.account]
        expect(
            chat.says("hi"), "hi", .silent, .budget, "the message says 'hi'; the budget of this account is spent")
        chat.policy = usual
        chat.conversation.memory.isOptedOut = true
        expect(chat.says("hi"), nil, .silent, .optedOut, "the contact has opted out")
        chat.conversation.pausedUntil = chat.now + .seconds(1)
        expect(
            chat.says("hi"), nil, .silent, .paused, "the bot is paused in this conversation: a person has taken it over"
        )
        #expect(seen == Set(Decision.Reason.allCases.map(\.rawValue)))
        #expect(chat.why(chat.message("hi", type: .reaction)) == [])
    }

    @Test func aRegexThatTookTooLongIsNamed() throws {
        var chat = try Chat("  - {id: slow, match: {regex: '^(a+)+$'}, reply: x}\n  - {id: b, match: b, reply: y}")
        let slow = String(repeating: "a", count: 40)
        let gaveUp = "; the regex of 'slow' took too long for this message and was given up"
        #expect(chat.says("\(slow)!").because == "no rule matches\(gaveUp)")
        #expect(chat.says("\(slow)! b").because == "the message says 'b'\(gaveUp)")
        #expect(
            chat.why(chat.message("\(slow)!")).first == "-slow: regex: given up, for this message takes it too long")
    }
}

@Suite struct MatchTests {
    @Test func aMessageThatQuotesWhatARuleSentIsToldFromOthers() throws {
        var chat = try Chat(
            """
              - {id: yes, match: {exact: yes, replying_to: ask}, reply: good}
              - {id: quoting, match: {replying_to: ask}, reply: "yes or no?"}
              - {id: ask, match: ask, reply: "really?"}
            """)
        _ = chat.says("ask")
        #expect(chat.says("yes", quotes: "ask").rule == "yes")
        #expect(chat.says("Yes!", quotes: "yes").reason == .noMatch)
        #expect(chat.says("yes").reason == .noMatch)
        #expect(
            chat.receive(chat.message("", type: .location), quotes: "ask").because
                == "the message quotes what 'ask' sent")
        #expect(
            chat.why(chat.message("ask")) == [
                "-yes: replying_to: the message does not quote what 'ask' sent",
                "-quoting: replying_to: the message does not quote what 'ask' sent", "*ask: the message says 'ask'",
            ])
    }

    @Test func typingMistakesAreForgivenInAnyAndAllNotInNoneAndNotInWordsWithAnEqualsSign() throws {
        var chat = try Chat(
            """
              - {id: any, match: {any: [delivery, =shipping], none: [cancel], fuzzy: 1}, reply: x}
              - {id: all, match: {all: [opening, hours], fuzzy: 2}, reply: y}
            """)
        #expect(chat.says("delivrey?").because == "the message says 'delivery'")
        #expect(chat.says("shiping").reason == .noMatch)
        #expect(chat.says("delivery, cancel").reason == .noMatch)
        #expect(chat.says("delivery, cancle").rule == "any")
        #expect(chat.says("openning huors").rule == "all")
        #expect(chat.says("opennnnig hours").reason == .noMatch)
    }

    @Test func whyARuleDoesNotApplyIsToldByTheFirstOfItsConditionsThatFails() throws {
        var chat = try Chat(
            """
              - {id: any, match: [a, b], reply: x}
              - {id: one, match: a b, reply: x}
              - {id: all, match: {all: [c, d]}, reply: x}
              - {id: none, match: {any: c, none: [x, e]}, reply: x}
              - {id: exact, match: {exact: c}, reply: x}
              - {id: starts, match: {starts: [d, f]}, reply: x}
              - {id: contains, match: {contains: zz}, reply: x}
              - {id: regex, match: {regex: '\\d'}, reply: x}
              - {id: type, match: {type: image}, reply: x}
              - {id: good, match: {none: a}, reply: x}
              - {id: last, match: {any: c, regex: 'e$'}, reply: x}
            """)
        #expect(
            chat.why(chat.message("c e")) == [
                "-any: the message says none of its 2 words or phrases",
                "-one: the message does not say 'a b'",
                "-all: all: the message does not say 'd'", "-none: none: the message says 'e'",
                "-exact: exact: the message is not just 'c'",
                "-starts: starts: the message begins with none of its 2 words or phrases",
                "-contains: contains: the message does not contain 'zz'", "-regex: regex: the message does not match",
                "-type: type: the message is of type text", "*good: the message says none of what it excludes",
                "+last: the message says 'c', but 'good' comes first",
            ])
        #expect(chat.why(chat.message("1,2", type: .location)).first == "-any: the message has no text")
        #expect(chat.why(chat.message("z", type: .image))[8] == "*type: the message is of type image")
        #expect(chat.says("5").because == "the message matches /\\d/")
    }

    @Test func whoOptsOutWithTheMessageThatTripsTheLoopGuardHasOptedOut() throws {
        var chat = try Chat(
            """
              - {id: stop, match: stop, opt_out: true, reply: bye}
              - {id: all, match: anything, reply: hello}
            """)
        chat.policy.loopGuard = LoopGuard(answers: 1)
        #expect(chat.says("x").reason == .matched)
        #expect(chat.says("stop").reason == .loop)
        #expect(chat.conversation.memory.isOptedOut)
        #expect(chat.says("x", after: .hours(2)).reason == .optedOut)
    }

    @Test func textsAreTheSameToTheLoopGuardThatBeginWithTheSame1024Characters() throws {
        func reasons(_ length: Int) throws -> [Decision.Reason] {
            var chat = try Chat("  - {id: all, match: anything, reply: hello}")
            chat.policy.loopGuard = LoopGuard(answers: 20)
            return ["a", "b", "c"].map { chat.says(String(repeating: "ש", count: length) + $0).reason }
        }
        #expect(try reasons(1023) == [.matched, .matched, .matched])
        #expect(try reasons(1024) == [.matched, .matched, .loop])
    }

    @Test func theRulesForWhateverIsWrittenAreThoseBehindAllOthersOrWithNoneButOfTime() throws {
        let chat = try Chat(
            """
              - {id: evening, match: anything, when: {closed: shop}, cooldown: 12h, reply: closed}
              - {id: tag, match: anything, tag: known, continue: true}
              - {id: asked, match: anything, when: {language: he}, reply: which?}
              - {id: greeting, match: anything, cooldown: 30d, reply: hi}
              - {id: hours, match: hours, reply: "9"}
              - {id: picture, match: {type: image}, reply: nice}
              - {id: trial, match: anything, mode: shadow, reply: x}
              - {id: night, match: anything, when: {closed: shop}, reply: closed}
              - {id: default, match: anything, cooldown: 12h, reply: soon}
              - {id: new, match: parking, mode: shadow, reply: x}
            """)
        #expect(chat.rules.defaults.map(\.id) == ["evening", "greeting", "night", "default"])
    }
}
