import Responder
import Testing

@Suite struct StateTests {
    private static let menu = """
          - {id: menu, match: menu, set: {topic: menu, expires: 30m}, reply: "1 or 2?"}
          - {id: one, match: {exact: "1"}, when: {state: {topic: menu}}, reply: "{{state.topic}}"}
          - {id: rest, match: anything, reply: "none {{state.topic}}"}
        """

    @Test func stateLastsAsLongAsItSaysToTheSecond() throws {
        var chat = try Chat(Self.menu)
        #expect(chat.says("menu").rule == "menu")
        #expect(chat.answers("1", after: .minutes(30) - .seconds(1)) == ["menu"])
        #expect(chat.answers("1", after: .seconds(1)) == ["none"])
        // If it is set again, its time begins anew.
        _ = chat.says("menu")
        _ = chat.says("menu", after: .minutes(20))
        #expect(chat.says("1", after: .minutes(20)).rule == "one")
    }

    @Test func stateWithoutAnEndStaysAndWhatHasExpiredIsForgottenWithTheNextDecision() throws {
        var chat = try Chat(
            """
              - {id: a, match: a, set: {kept: "1"}, continue: true}
              - {id: b, match: a, set: {gone: "2", expires: 1m}}
              - {id: c, match: c, when: {state: {kept: "1"}}, reply: "{{state.kept}}{{state.gone}}"}
            """)
        _ = chat.says("a")
        #expect(chat.conversation.memory.state.keys.sorted() == ["gone", "kept"])
        #expect(chat.answers("c", after: .days(300)) == ["1"])
        #expect(chat.conversation.memory.state.keys.sorted() == ["kept"])
    }

    @Test func aReplyKnowsTheStateThatItsOwnRuleSetsAndNotWhatItForgets() throws {
        var chat = try Chat(
            """
              - id: number
                match: {regex: '(?<number>\\d+)'}
                set: {order: "{{match.number}}", last: "{{state.order}}"}
                reply: "{{state.order}} after {{state.last}}"
              - {id: forget, match: forget, unset: [order, last], reply: "[{{state.order}}]"}
            """)
        #expect(chat.answers("order 12") == ["12 after"])
        #expect(chat.answers("order 34") == ["34 after 12"])
        #expect(chat.answers("forget") == ["[]"])
        #expect(chat.conversation.memory.state.isEmpty)
    }

    @Test func effectsHappenInTheOrderOfTheRulesWhatComesLaterHasTheLastWord() throws {
        let rules = """
              - {id: first, match: go, continue: true, set: {a: "1", b: "1"}, tag: [x, y], untag: z}
              - {id: second, match: go, continue: true, set: {b: "2"}, unset: a, untag: x, tag: z}
              - {id: third, match: go, reply: "a={{state.a}} b={{state.b}}"}
              - {id: both, match: both, set: {a: "1"}, unset: a, tag: x, untag: x}
              - {id: undo, match: undo, unset: b, continue: true}
              - {id: again, match: undo, set: {b: "3"}, tag: x}
            """
        var chat = try Chat(rules)
        #expect(chat.answers("go") == ["a= b=2"])
        #expect(chat.conversation.memory.state.mapValues(\.text) == ["b": "2"])
        #expect(chat.conversation.memory.tags == ["y", "z"])
        let both = chat.says("both")
        #expect(both.reason == .noReply && both.rule == "both")
        #expect(both.changes.set.isEmpty && both.changes.unset == ["a"] && both.changes.tag.isEmpty)
        _ = chat.says("undo")
        #expect(chat.conversation.memory.state.mapValues(\.text) == ["b": "3"])
        #expect(chat.conversation.memory.tags == ["x", "y", "z"])
    }

    @Test func whatAContactWritesIntoAStateIsCutTo1000CharactersAndCannotFormat() throws {
        var chat = try Chat(
            "  - {id: a, match: anything, set: {said: \"{{message.text}}\"}, reply: \"{{state.said}}\"}")
        #expect(chat.answers("*x*") == ["∗x∗"])
        _ = chat.says(String(repeating: "א", count: 3000))
        #expect(chat.conversation.memory.state["said"]?.text.count == 1000)
    }

    @Test func theEffectsOfARuleThatGoesOnHappenAndItsReplyIsSentOnlyWhereNoLaterRuleReplies() throws {
        let rules = """
              - {id: greet, match: hi, continue: true, reply: hello, tag: greeted, forward: "https://x.il/greeted"}
              - {id: price, match: price, reply: "5"}
            """
        var chat = try Chat(rules)
        let both = chat.says("hi, the price?")
        #expect(both.rule == "price" && both.sends.compactMap(\.text) == ["5"])
        #expect(chat.conversation.memory.tags == ["greeted"])
        #expect(both.sends.map(\.lane) == [.answers, .posts])
        let alone = chat.says("hi")
        #expect(alone.rule == "greet" && alone.sends.compactMap(\.text) == ["hello"])
        #expect(
            chat.why(chat.message("hi, the price?")) == [
                "+greet: the message says 'hi'; it goes on, and its own answer is not sent",
                "*price: the message says 'price'",
            ])
    }
}
