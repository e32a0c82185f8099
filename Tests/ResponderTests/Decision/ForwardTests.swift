import Responder
import Testing

@Suite struct ForwardTests {
    private func posts(_ decision: Decision) -> [String] {
        decision.sends.compactMap { outgoing in
            if case .post(let link, let json) = outgoing.body { return "\(link) \(json)" }
            return nil
        }
    }

    @Test func theMessageAndTheDecisionArePostedWordForWord() throws {
        var chat = try Chat(
            "  - {id: a, match: {regex: '(?<n>\\d+)'}, reply: [\"got {{match.n}}\", thanks], forward: {url: \"https://x.il/o?a=b\"}}"
        )
        let decision = chat.receive(chat.message("order \"12\"\n/ <3 שלום", name: "Dana"))
        #expect(
            posts(decision) == [
                #"https://x.il/o?a=b {"decision":{"because":"the message matches /(?<n>\\d+)/","outcome":"reply","reason":"matched","#
                    + #""rule":"a","texts":["got 12","thanks"]},"event":"forward","message":{"account":"972770000000","#
                    + #""contact":"972501234567","id":"m1","name":"Dana","text":"order \"12\"\n/ <3 שלום","timestamp":1795341600,"#
                    + #""type":"text"},"rule":"a"}"#
            ])
        #expect(decision.sends.map(\.lane) == [.answers, .answers, .posts])
    }

    @Test func aRuleThatOnlyForwardsSaysNothingAndMediaHaveTheirCaption() throws {
        var chat = try Chat("  - {id: a, match: {type: [image, location]}, forward: \"http://x.il\"}")
        let captioned = chat.receive(chat.message("a caption", type: .image))
        #expect(captioned.reason == .noReply && captioned.outcome == .silent)
        #expect(
            posts(captioned) == [
                #"http://x.il {"decision":{"because":"the message is of type image; the rule has nothing to say","#
                    + #""outcome":"silent","reason":"no-reply","rule":"a","texts":[]},"event":"forward","#
                    + #""message":{"account":"972770000000","contact":"972501234567","id":"m1","text":"a caption","#
                    + #""timestamp":1795341600,"type":"image"},"rule":"a"}"#
            ])
        let place = posts(chat.receive(chat.message("32.1,34.8", type: .location)))
        #expect(place.count == 1 && place[0].contains(#""type":"location""#) && !place[0].contains("32.1"))
    }

    @Test func eachRuleThatAppliesPostsForItselfAndAHandOffTellsWhoAnswers() throws {
        var chat = try Chat(
            """
              - {id: log, match: anything, continue: true, forward: "https://x.il/log"}
              - id: person
                match: person
                template: t
                forward: "https://x.il/crm"
                handoff: {pause: 1h, notify: "https://x.il/person"}
            """)
        let decision = chat.says("person")
        let starts = posts(decision).map { $0.prefix { $0 != " " } }
        #expect(starts == ["https://x.il/log", "https://x.il/crm", "https://x.il/person"])
        let events = posts(decision).map { $0.contains(#""event":"handoff""#) }
        #expect(events == [false, false, true])
        #expect(posts(decision).allSatisfy { $0.contains(#""rule":"person","template":"t","texts":[]}"#) })
        #expect(posts(decision)[0].hasSuffix(#""rule":"log"}"#))
        #expect(posts(chat.says("hello")).isEmpty)
    }
}
