import Responder
import SeededRandom
import Store
import Testing

@testable import replyd

@Suite struct RedeciderTests {
    private static let shop = """
        hours:
          shop: {timezone: Asia/Jerusalem, open: {sun-thu: "09:00-18:00"}}
        settings: {expired: {template: reopen_chat}}
        rules:
          - id: hours
            match: [שעות, hours]
            reply: "09:00–18:00"
            cooldown: {for: 1h, times: 2}
          - id: greeting
            match: [שלום, hello]
            one_of: [hi, good day, welcome]
          - id: agent
            match: [נציג, agent]
            reply: One moment
            handoff: {pause: 2h}
          - id: stop
            match: {exact: [stop]}
            reply: Bye
            opt_out: true
          - id: start
            match: {exact: [start]}
            reply: Welcome back
            opt_in: true
          - id: first
            match: anything
            when: {first_contact: true}
            reply: Nice to meet you
          - id: topic
            match: order
            set: {topic: order, expires: 30m}
            reply: Which one?
          - id: number
            match: {regex: '\\d{3,}'}
            when: {state: {topic: order}}
            unset: [topic]
            reply: Thanks
          - id: quoted
            match: {replying_to: hours}
            reply: Those are the hours
          - id: closed
            match: anything
            when: {closed: shop}
            cooldown: 12h
            reply: "{{hours.shop.next_open}}"
            priority: -10
        """

    private func words(_ decision: Decision) -> String {
        "\(decision.rule ?? "-") \(decision.outcome.rawValue) \(decision.reason.rawValue) \(decision.sends.map(\.body))"
    }

    /// The same rules decide as the daemon did, whatever people write and do: from the first message on, and from any
    /// later moment on with the memory that the daemon had then.
    @Test(arguments: 0..<6)
    func theSameRulesDecideAsTheDaemonDid(seed: UInt64) async throws {
        let line = try RecordedLine(Self.shop)
        var random = SeededRandom(seed: seed)
        let texts = [
            "שעות", "hours", "שלום", "hello", "נציג", "stop", "start", "order", "4711", "and now", "?", "agent please",
        ]
        let contacts = (0..<4).map { "97250000000\($0)" }
        var middle = line.now
        for step in 0..<120 {
            line.now = line.now + random.span(.seconds(1), .hours(3))
            if step == 60 { middle = line.now }
            let contact = random.one(of: contacts)
            if random.chance(0.06) { try await line.takeOver(contact) }
            let isOld = random.chance(0.05)
            let quoted = random.chance(0.2) ? line.accepted[contact]?.randomElement(using: &random) : nil
            try await line.receive(
                random.one(of: texts), from: contact, type: random.chance(0.1) ? .image : .text, quoting: quoted,
                sent: isOld ? line.now - .hours(30) : nil)
            if random.chance(0.7) { try await line.send() }
        }
        try await line.send()
        for since in [nil, middle, line.now - .hours(2)] {
            let (all, comparison) = try await line.replay(since: since)
            #expect(!all.isEmpty && comparison.differing == 0, "seed \(seed)")
            for one in all {
                let recorded = one.recorded
                #expect(
                    one.before.rule == recorded.decision.rule && one.before.outcome == recorded.decision.outcome
                        && .known(one.before.reason) == recorded.decision.reason
                        && one.before.changes == recorded.changes,
                    "seed \(seed), message \(recorded.id), since \(String(describing: since)): \(words(one.before))")
            }
            #expect(comparison.asRecorded == comparison.messages)
        }
    }

    @Test func eachSideGoesByWhatItHasSaidItself() async throws {
        let line = try RecordedLine("rules:\n  - {id: hours, match: hours, reply: nine, cooldown: 1h}")
        for _ in 0..<2 {
            try await line.say("hours")
            line.now = line.now + .minutes(10)
        }
        let other = try RecordedLine.rules("rules:\n  - {id: hours, match: hours, reply: nine}")
        let (all, comparison) = try await line.replay(against: other)
        #expect(all.map { words($0.before) }.last == "hours silent cooldown []")
        #expect(comparison.counts == [.none: 1, .newlyAnswered: 1])
        // An answer that the daemon gave before counts for both sides.
        let handoff = try RecordedLine.rules("rules:\n  - {id: hours, match: hours, reply: nine, cooldown: 2h}")
        line.now = line.now + .minutes(70)
        try await line.say("hours")
        #expect(try await line.replay(against: handoff, since: line.now).comparison.counts == [.newlySilent: 1])
    }

    @Test func aHandoffThatIsNewKeepsTheBotQuietAfterwards() async throws {
        let line = try RecordedLine("rules:\n  - {id: any, match: anything, reply: hi}")
        for text in ["agent", "are you there?"] {
            try await line.say(text)
            line.now = line.now + .minutes(5)
        }
        line.now = line.now + .hours(4)
        try await line.say("and now?")
        let other = try RecordedLine.rules(
            "rules:\n  - {id: agent, match: agent, handoff: {pause: 4h}, reply: hi}\n  - {id: any, match: anything, reply: hi}"
        )
        let (all, comparison) = try await line.replay(against: other)
        #expect(all.map { words($0.after) }[1] == "- silent paused []")
        #expect(comparison.counts == [.otherEffects: 1, .newlySilent: 1, .none: 1])
    }

    /// A person had taken over; rules that no longer hand off do not change that.
    @Test func whatPeopleDidHappensToBothSides() async throws {
        let yaml =
            "rules:\n  - {id: agent, match: agent, handoff: {pause: 2h}, reply: hi}\n  - {id: any, match: anything, reply: yes}"
        let line = try RecordedLine(yaml)
        try await line.say("agent")
        line.now = line.now + .minutes(5)
        try await line.takeOver()
        line.now = line.now + .minutes(5)
        try await line.say("during the takeover")
        line.now = line.now + .minutes(60)
        try await line.say("after the takeover, still handed off")
        let other = try RecordedLine.rules("rules:\n  - {id: any, match: anything, reply: yes}")
        let (all, _) = try await line.replay(against: other)
        #expect(
            all.map { "\($0.before.reason.rawValue) \($0.after.reason.rawValue)" } == [
                "matched matched", "paused paused", "paused matched",
            ])
    }

    /// Pauses by hand and opt-outs from before the oldest stored message are not recorded, but show in the daemon's
    /// decisions.
    @Test func whatIsNotRecordedShowsInWhatTheDaemonDecided() async throws {
        let line = try RecordedLine(
            "rules:\n  - {id: any, match: anything, reply: yes}\n  - {id: go, match: go, opt_in: true, reply: ok}")
        try await line.say("one")
        try await line.execute("UPDATE conversation SET paused_until = \((line.now + .hours(9)).milliseconds)")
        line.now = line.now + .minutes(1)
        try await line.say("while paused by hand")
        line.now = line.now + .minutes(1)
        try await line.execute("UPDATE conversation SET paused_until = NULL")
        try await line.say("resumed by hand")
        line.now = line.now + .minutes(1)
        try await line.execute(#"UPDATE conversation SET memory = '{"isOptedOut":true}'"#)
        try await line.say("opted out by hand")
        line.now = line.now + .minutes(1)
        try await line.execute("UPDATE conversation SET memory = '{}'")
        try await line.say("opted in by hand")
        let (all, comparison) = try await line.replay()
        #expect(
            all.map(\.before.reason) == [.matched, .paused, .matched, .optedOut, .matched])
        #expect(comparison.asRecorded == 5)
    }

    @Test func aHandoffThatWasEndedByHandIsOverForBoth() async throws {
        let line = try RecordedLine(
            "rules:\n  - {id: agent, match: agent, handoff: {pause: 2h}, reply: hi}\n  - {id: any, match: anything, reply: yes}"
        )
        try await line.say("agent")
        line.now = line.now + .minutes(1)
        try await line.execute("UPDATE conversation SET paused_until = NULL")
        try await line.say("resumed")
        #expect(try await line.replay().all.map(\.before.reason) == [.matched, .matched])
    }

    @Test func whoIsOlderThanTheHistoryDoesNotWriteForTheFirstTime() async throws {
        let line = try RecordedLine("rules:\n  - {id: new, match: anything, when: {first_contact: true}, reply: hi}")
        try await line.say("long ago")
        line.now = line.now + .days(100)
        try await line.say("again", from: "972521111111")
        try await line.say("again")
        _ = try await line.store.deleteOld(before: line.now - .days(90))
        let (all, comparison) = try await line.replay()
        #expect(all.map(\.before.outcome) == [.silent, .reply] && comparison.asRecorded == 2)
    }

    @Test func aQuotedAnswerIsTheOneThatThisSideGave() async throws {
        let yaml =
            "rules:\n  - {id: menu, match: menu, reply: '1 or 2'}\n  - {id: choice, match: {replying_to: menu}, reply: chosen}"
        let line = try RecordedLine(yaml)
        try await line.say("menu")
        line.now = line.now + .minutes(1)
        try await line.say("the first one", quoting: "A1")
        let renamed = try RecordedLine.rules(
            yaml.replacing("menu, match", with: "list, match").replacing("replying_to: menu", with: "replying_to: list")
        )
        #expect(try await line.replay(against: renamed).all.map(\.after.rule) == ["list", "choice"])
        // If the quoted answer is from before, it is the daemon's.
        #expect(try await line.replay(against: line.rules, since: line.now).all.map(\.after.rule) == ["choice"])
        let silent = try RecordedLine.rules(
            "rules:\n  - {id: choice, match: {replying_to: menu}, reply: chosen}\n  - {id: menu, match: xyz, reply: no}"
        )
        #expect(try await line.replay(against: silent).all.map(\.after.rule) == [nil, nil])
    }

    @Test func decisionsByOtherRevisionsAreCounted() async throws {
        let line = try RecordedLine("rules:\n  - {id: a, match: hello, reply: one}")
        try await line.say("hello")
        line.now = line.now + .hours(1)
        line.rules = try RecordedLine.rules("rules:\n  - {id: b, match: hello, reply: two}")
        try await line.say("hello")
        let (_, comparison) = try await line.replay()
        #expect(comparison.messages == 2 && comparison.asRecorded == 1 && comparison.otherRevision == 1)
        #expect(comparison.conversations == 1)
    }
}
