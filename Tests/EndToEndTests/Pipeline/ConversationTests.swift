import Foundation
import JSONText
import Providers
import Testing

@testable import Sandbox

/// The effects of rules on a conversation, which are stored with the decision and still there after a crash.
@Suite(.serialized) struct ConversationTests {
    private static let menu = """
        version: 1
        rules:
          - id: menu
            match: {exact: menu}
            set: {topic: order, expires: 30m}
            reply: What is your order number?
          - id: number
            when: {state: {topic: order}}
            match: {regex: '(?<number>\\d{4,})'}
            set: {order: "{{match.number}}"}
            unset: topic
            tag: asked
            handoff: {pause: 4h}
            reply: "Looking into {{state.order}}."
          - id: stop
            match: {exact: stop}
            opt_out: true
            reply: Bye.
          - id: again
            match: {exact: join}
            opt_in: true
            reply: Welcome back.
          - id: quoting
            match: {replying_to: menu, any: why}
            reply: Because the menu needs it.
          - id: turns
            match: {exact: joke}
            one_of: [One, Two]
          - id: once
            match: {exact: once}
            reply: Only once.
            cooldown: 1h
        """

    private func decisions(_ scene: Scene) throws -> [String] {
        try scene.query("SELECT coalesce(rule, '-') || ' ' || outcome || ' ' || reason FROM decision ORDER BY message")
    }

    @Test func aMenuRemembersWhereItIsEvenAcrossACrash() async throws {
        let scene = try await Scene(rules: Self.menu)
        let first = try await scene.start()
        try await scene.say("12345")
        try await scene.say("menu")
        _ = try await scene.accepted(1)
        try await scene.expectEntries(["sent"])
        first.process.send(SIGKILL)
        _ = await first.process.exit()
        let second = try await scene.start()
        try await scene.say("it is 48213")
        #expect(try await scene.accepted(2).last?.text == "Looking into 48213.")
        try await scene.say("and now?")
        try await scene.say("stop")
        try await scene.expectDecisions(5)
        #expect(
            try decisions(scene) == [
                "- silent no-match", "menu reply matched", "number reply matched", "- silent paused",
                "stop silent paused",
            ])
        let memory = try scene.query("SELECT memory FROM conversation")[0]
        #expect(memory.contains(#""tags":["asked"]"#) && memory.contains(#""isOptedOut":true"#))
        #expect(memory.contains(#""text":"48213""#) && !memory.contains("topic"))
        _ = await scene.stop(second)
    }

    @Test func whoOptsOutGetsNothingUntilSheComesBack() async throws {
        let scene = try await Scene(rules: Self.menu)
        let running = try await scene.start()
        for text in ["stop", "menu", "joke", "join", "joke", "joke", "joke", "once", "once"] {
            try await scene.say(text)
        }
        try await scene.expectDecisions(9)
        let texts = try await scene.accepted(6).map(\.text)
        #expect(texts == ["Bye.", "Welcome back.", "One", "Two", "One", "Only once."])
        #expect(
            try decisions(scene).filter { $0.contains("silent") } == [
                "- silent opted-out", "- silent opted-out", "once silent cooldown",
            ])
        _ = await scene.stop(running)
    }

    @Test func aQuoteLeadsBackToTheRuleThatSentWhatIsQuoted() async throws {
        let scene = try await Scene(rules: Self.menu)
        let running = try await scene.start()
        try await scene.say("menu")
        try await scene.expectEntries(["sent"])
        let unique = try #require(try scene.query("SELECT unique_id FROM attempt").first)
        for quoted in ["SOMETHING-ELSE", unique] {
            try await scene.sandboxCall(
                "/sandbox/say",
                [
                    "account": .string(Scene.digital), "from": .string(Scene.contact), "text": "why?",
                    "quote": .string(quoted),
                ])
        }
        #expect(try await scene.accepted(2).last?.text == "Because the menu needs it.")
        try await scene.expectDecisions(1, because: "no-match")
        _ = await scene.stop(running)
    }

    @Test func aPostToTheBusinessIsTriedUntilItIsTakenAndHoldsNobodyUp() async throws {
        let box = try await BusinessLink(answering: [503, 500])
        let scene = try await Scene(
            rules: """
                version: 1
                rules:
                  - id: lead
                    match: price
                    forward: http://127.0.0.1:\(box.port)/leads
                    handoff: {pause: 1h, notify: "http://127.0.0.1:\(box.port)/handoff"}
                    reply: A person will answer.
                """)
        let running = try await scene.start()
        try await scene.say("What is the price?", unique: "U1")
        #expect(try await scene.accepted(1).map(\.text) == ["A person will answer."])
        try await scene.expectAllEntries("sent")
        let post = try #require(box.posts.last { $0.contains(#""event":"forward""#) })
        #expect(post.contains(#""texts":["A person will answer."]"#) && post.contains(#""id":"U1""#))
        #expect(post.contains(#""contact":"\#(Scene.contact)""#) && post.contains(#""text":"What is the price?""#))
        #expect(box.posts.contains { $0.contains(#""event":"handoff""#) })
        #expect(box.posts.count == 4, "two were refused and came again")
        _ = await scene.stop(running)
    }

    @Test func aDelayIsWaitedForAndAnOpeningHoldsUpNobody() async throws {
        let scene = try await Scene(
            rules: """
                version: 1
                hours:
                  never: {timezone: UTC, open: {}, except: {2390-01-01: 09:00-10:00}}
                  shop: {timezone: UTC, open: {sun-sat: 00:00-24:00}}
                rules:
                  - id: slow
                    match: slow
                    delay: 1s
                    reply: Later.
                  - id: open
                    match: open
                    at_open: shop
                    reply: We are open.
                """)
        let running = try await scene.start()
        let start = ContinuousClock.now
        try await scene.say("slow")
        try await scene.say("open")
        #expect(
            try await scene.accepted(2).map(\.text) == ["Later.", "We are open."], "in the order of the conversation")
        // The provider's timestamps have whole seconds: the message may count as up to a second older.
        #expect(ContinuousClock.now - start > .milliseconds(5))
        #expect(
            try scene.query(
                "SELECT due_at - (SELECT timestamp FROM message WHERE id = message) >= 1000 FROM outbox LIMIT 1") == [
                    "1"
                ])
        _ = await scene.stop(running)
    }
}
