import Matching
import Responder
import Testing

private let now = Timestamp(seconds: 1_700_000_000)

private func needles(_ words: [String]) -> [Match.Needle] {
    words.compactMap { word in
        Phrase(word).map { Match.Needle(wordings: [.init(pattern: .phrase($0), source: word)], source: word) }
    }
}

private func rule(
    _ id: String, any words: [String] = [], priority: Int = 0, continues: Bool = false, says text: String? = nil,
    quote: Bool = true, expired: Rule.Expired? = nil
) throws -> Rule {
    var match = Match()
    match.any = needles(words)
    let answer = try text.map { Rule.Answer.reply([.init(text: try RuleText($0), quote: quote)]) }
    return Rule(
        id: id, place: Place(file: "rules.yaml", line: 1), priority: priority, continues: continues, match: match,
        answer: answer, expired: expired
    )
}

private func message(
    _ text: String, from address: String = "972501234567", type: MessageType = .text, caption: String? = nil,
    name: String? = nil, at timestamp: Timestamp = now
) -> Message {
    Message(
        account: "972771234567", unique: "U1", contact: Contact(number: address, address: address, name: name),
        type: type,
        body: text, caption: caption, timestamp: timestamp
    )
}

private func decided(
    _ message: Message, by rules: [Rule], policy: DecisionPolicy = DecisionPolicy(), pausedUntil: Timestamp? = nil,
    at moment: Timestamp = now
) -> Decision {
    var window = Window()
    window.recordMessage(at: message.timestamp)
    return decide(
        message, in: Conversation(window: window, pausedUntil: pausedUntil), by: RuleSet(rules, revision: "r1"),
        policy: policy, at: moment
    )
}

private func text(_ decision: Decision) -> String? {
    guard case .message(.text(let text, _))? = decision.sends.first?.body else { return nil }
    return text
}

@Suite struct DecideTests {
    @Test func theFirstRuleThatMatchesAnswersAndQuotesTheMessage() throws {
        let decision = decided(
            message("מה שעות הפתיחה?"),
            by: [try rule("hours", any: ["שעות פתיחה"], says: "9–18"), try rule("all", says: "?")]
        )
        #expect(decision.rule == "hours")
        #expect(decision.outcome == .reply)
        #expect(decision.reason == .matched)
        #expect(decision.because == "the message says 'שעות פתיחה'")
        #expect(decision.revision == "r1")
        #expect(decision.sends.map(\.body) == [.message(.text("9–18", replyTo: "U1"))])
    }

    @Test func higherPriorityIsTriedFirstThenTheOrderOfTheFile() throws {
        let rules = [
            try rule("first", any: ["hi"], says: "1"), try rule("second", any: ["hi"], says: "2"),
            try rule("urgent", any: ["hi"], priority: 5, says: "3"),
            try rule("last", any: ["hi"], priority: -1, says: "4"),
        ]
        #expect(decided(message("hi"), by: rules).rule == "urgent")
        #expect(decided(message("hi"), by: Array(rules.dropLast(2))).rule == "first")
    }

    @Test func aRuleThatContinuesAnswersOnlyWhereNoLaterOneDoes() throws {
        let greeting = try rule("greeting", any: ["hi"], continues: true, says: "hello")
        let price = try rule("price", any: ["price"], says: "5")
        #expect(text(decided(message("hi, the price?"), by: [greeting, price])) == "5")
        #expect(text(decided(message("hi"), by: [greeting, price])) == "hello")
        let tagOnly = try rule("tag", any: ["price"], continues: true)
        let decision = decided(message("hi, the price?"), by: [greeting, tagOnly])
        #expect(decision.rule == "greeting")
        #expect(text(decision) == "hello")
    }

    @Test func nothingMatchesMeansSilence() throws {
        let decision = decided(message("?"), by: [try rule("hi", any: ["hi"], says: "hello")])
        #expect(decision.outcome == .silent)
        #expect(decision.reason == .noMatch)
        #expect(decision.rule == nil)
        #expect(decision.sends.isEmpty)
    }

    @Test func ignoringIsADecision() throws {
        var ignoring = try rule("thanks", any: ["thanks"])
        ignoring.answer = .ignore
        let decision = decided(message("thanks"), by: [ignoring, try rule("all", says: "?")])
        #expect(decision.rule == "thanks")
        #expect(decision.reason == .ignored)
        #expect(decision.sends.isEmpty)
    }

    @Test func theBodyOfMediaIsALinkAndItsCaptionIsTheText() throws {
        let rules = [try rule("pdf", any: ["pdf"], says: "yes")]
        #expect(decided(message("https://x/pdf", type: .document), by: rules).reason == .noMatch)
        #expect(decided(message("https://x/file", type: .document, caption: "a pdf"), by: rules).rule == "pdf")
        for type in [MessageType.image, .audio, .video, .ptt] {
            #expect(decided(message("pdf", type: type), by: rules).reason == .noMatch)
        }
        for type in [MessageType.button, .list] {
            #expect(decided(message("pdf", type: type), by: rules).rule == "pdf")
        }
        for type in [MessageType.location, .contacts, .order, MessageType(rawValue: "hologram")] {
            #expect(decided(message("pdf", type: type), by: rules).reason == .noMatch)
        }
    }

    @Test func anythingIsEveryMessageAndTypeNarrowsIt() throws {
        var image = try rule("image", says: "nice")
        image.match.types = [.image]
        let rules = [image, try rule("rest", says: "ok")]
        #expect(decided(message("x", type: .image), by: rules).rule == "image")
        #expect(decided(message("x", type: .ptt), by: rules).rule == "rest")
        #expect(decided(message("x"), by: rules).rule == "rest")
    }

    @Test(
        "What is no message of a person is never answered, not even by a rule for other types",
        arguments: [
            "revoked", "revoke", "edited", "edit", "Edited", "call_log", "call-log", "callLog", "system", "ciphertext",
            "e2e_notification", "gp2", "notification_template", "pinned_message", "request_welcome",
        ])
    func noMessage(type: String) throws {
        var other = try rule("other", says: "ok")
        other.match.types = [.other]
        let decision = decided(
            message("x", type: MessageType(rawValue: type)), by: [other, try rule("all", says: "ok")])
        #expect(decision.reason == .notMessage && decision.outcome == .silent)
    }

    @Test func aCallIsNoFirstMessageAndOpensNoWindow() throws {
        var chat = try Chat("  - {id: first, match: hi, reply: welcome, when: {first_contact: true}}")
        #expect(chat.receive(chat.message("", type: MessageType(rawValue: "call_log"))).reason == .notMessage)
        #expect(chat.conversation.memory.lastMessageAt == nil && chat.conversation.memory.lastText == nil)
        var conversation = Conversation()
        conversation.receive(chat.message("", type: MessageType(rawValue: "revoked")), at: chat.now)
        #expect(conversation.window == Window())
        #expect(chat.says("hi").rule == "first")
    }

    @Test(
        "A type that nobody knows is answered only by a rule that asks for it", arguments: ["poll", ""])
    func otherTypes(type: String) throws {
        let all = try rule("all", says: "ok")
        var (other, sticker, voice) = (all, all, all)
        (other.id, sticker.id, voice.id) = ("other", "sticker", "voice")
        (other.match.types, sticker.match.types, voice.match.types) = ([.other], [.sticker], [.ptt])
        let poll = message("x", type: MessageType(rawValue: type))
        #expect(decided(poll, by: [sticker, voice, all]).reason == .noMatch)
        #expect(decided(poll, by: [sticker, all, other]).rule == "other")
        #expect(decided(message("x", type: .sticker), by: [voice, other, sticker]).rule == "sticker")
        #expect(decided(message("x", type: MessageType(rawValue: "voice")), by: [other, voice]).rule == "voice")
        #expect(!all.covers(other) && all.covers(sticker))
    }

    @Test func whatMustNeverBeAnsweredIsNot() throws {
        let rules = [try rule("all", says: "ok")]
        let policy = DecisionPolicy(accounts: ["972771234567", "972550000019"])
        #expect(decided(message("x", from: "972771234567"), by: rules, policy: policy).reason == .ownMessage)
        #expect(decided(message("x", from: "972550000019"), by: rules, policy: policy).reason == .ownAccount)
        #expect(decided(message("❤️", type: .reaction), by: rules).reason == .reaction)
        #expect(decided(message("x", from: "1203630@g.us"), by: rules).reason == .notPrivate)
        #expect(decided(message("x", from: "status@broadcast"), by: rules).reason == .notPrivate)
        #expect(decided(message("x", from: "120363144038483540@newsletter"), by: rules).reason == .notPrivate)
        #expect(decided(message("x"), by: rules, pausedUntil: now + .seconds(1)).reason == .paused)
        #expect(decided(message("x"), by: rules, pausedUntil: now).outcome == .reply)
    }

    @Test func aMessageWhoseWindowHasShutGetsTheTemplateNearestToItsRule() throws {
        let late = message("hi", at: now - .hours(25))
        let own = Rule.Expired.template(TemplateMessage(name: "own"))
        let policy = DecisionPolicy(expired: TemplateMessage(name: "configured"))
        func template(_ decision: Decision) -> String? {
            guard case .message(.template(let template))? = decision.sends.first?.body else { return nil }
            return template.name
        }
        let fromRule = decided(late, by: [try rule("a", says: "x", expired: own)], policy: policy)
        #expect(fromRule.outcome == .template && fromRule.reason == .windowExpired && template(fromRule) == "own")
        let fromConfiguration = decided(late, by: [try rule("a", says: "x")], policy: policy)
        #expect(template(fromConfiguration) == "configured")
        let silent = decided(late, by: [try rule("a", says: "x", expired: .silent)], policy: policy)
        #expect(silent.outcome == .silent && silent.reason == .windowExpired && silent.sends.isEmpty)
        let nowhere = decided(late, by: [try rule("a", says: "x")])
        #expect(nowhere.outcome == .silent && nowhere.reason == .windowExpired && nowhere.sends.isEmpty)
    }

    @Test func aMessageOlderThanMaxAgeGetsNoTextThoughTheWindowIsOpen() throws {
        let late = message("hi", at: now - .hours(2))
        let rules = [try rule("a", says: "x", expired: .template(TemplateMessage(name: "sorry")))]
        let decision = decided(late, by: rules, policy: DecisionPolicy(maxAge: .hours(1)))
        #expect(decision.outcome == .template && decision.reason == .tooOld)
    }

    @Test func whatComesFromOutsideIsMadePlain() throws {
        let rules = [
            try rule("a", says: "*Hi* {{contact.name}}{{^contact.name}}you{{/contact.name}}: {{message.text}}")
        ]
        let said = decided(message("_a_ ~b~ `c` {{contact.number}} <&>", name: "*Dana*"), by: rules)
        #expect(text(said) == "*Hi* ∗Dana∗: ＿a＿ ∼b∼ ˋcˋ {{contact.number}} <&>")
        // A sign with a mark is another character, but the same formatting; marks of direction are removed.
        let odd = decided(message("_\u{301}a_\u{20E3}\u{202E}b\u{2066}", name: "\u{202E}\u{200F}"), by: rules)
        #expect(text(odd).map { Array($0.unicodeScalars) } == Array("*Hi* you: ＿\u{301}a＿\u{20E3}b".unicodeScalars))
        #expect(text(decided(message("x"), by: rules)) == "*Hi* you: x")
    }

    @Test func templateVariablesHaveNoLineBreaks() throws {
        var sending = try rule("a")
        sending.answer = .template(TemplateMessage(name: "t", variables: [try RuleText("{{message.text}}")]))
        let decision = decided(message("one\r\ntwo\n\n three\tfour\u{2028}five"), by: [sending])
        guard case .message(.template(let template))? = decision.sends.first?.body else {
            Issue.record("no template")
            return
        }
        #expect(template.variables == ["one two three four five"])
    }

    @Test func anAnswerThatTurnsOutEmptyIsSilence() throws {
        let decision = decided(message("x"), by: [try rule("a", says: " {{contact.name}}\n ")])
        #expect(decision.outcome == .silent)
        #expect(decision.reason == .emptyReply)
    }

    @Test func anAnswerIsCutToWhatAMessageHolds() throws {
        let decision = decided(
            message(String(repeating: "שלום 👩‍👩‍👧 ", count: 2000)), by: [try rule("a", says: "{{message.text}}")])
        let sent = try #require(text(decision))
        #expect(sent.utf16.count <= 4096)
        #expect(sent.utf16.count > 4080)
        #expect(sent.hasSuffix("…"))
    }

    /// Candidates come from an index, and trying every rule must give the same answer.
    @Test(arguments: 0..<20)
    func theIndexNeverHidesARule(seed: Int) throws {
        let words = ["hi", "price", "order", "שלום", "משלוח", "delivery", "open"]
        var rules: [Rule] = []
        for number in 0..<30 {
            let some = words.filter { (number * 7 + seed * 13 + $0.count) % 3 == 0 }
            var rule = try rule("r\(number)", any: some, priority: (number * 31 + seed) % 4, says: "\(number)")
            if number % 5 == 0 { rule.match.all = needles(Array(words.prefix(number % 3))) }
            if number % 7 == 0 { rule.match.none = needles([words[(number + seed) % words.count]]) }
            rules.append(rule)
        }
        for text in ["hi order", "price", "המשלוח", "open delivery שלום", "x", ""] {
            let ordered = rules.enumerated().sorted {
                ($1.element.priority, $0.offset) < ($0.element.priority, $1.offset)
            }
            let expected = ordered.map(\.element).first { rule in
                decided(message(text), by: [rule]).rule != nil
            }
            #expect(decided(message(text), by: rules).rule == expected?.id, "\(text)")
        }
    }
}
