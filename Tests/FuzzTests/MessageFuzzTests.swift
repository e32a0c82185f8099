import Foundation
import JSONText
import Matching
import Providers
import RuleFiles
import SeededRandom
import Testing

@testable import Daemon
@testable import Responder
@testable import Store
@testable import replyd

/// The whole way of a message, from the bytes of its webhook to the bytes of its answers, with texts of every length
/// whose characters have no length limit.
@Suite struct MessageFuzzTests {
    private static let now = Timestamp(seconds: 1_795_000_000)
    private static let account = "972771234567"

    /// Rules that use the texts of contacts in every way there is.
    private static let rules = ruleSet(states: 0, mentions: 3)
    /// The same rules with more state than there is room for, and a text that is too long hundreds of times over.
    private static let greedyRules = ruleSet(states: 30, mentions: 40)

    private static func ruleSet(states: Int, mentions: Int) -> RuleSet? {
        let more = (0..<states).map { "s\($0): \"\($0) {{message.text}}\"" }
        let states = (["said: \"{{message.text}}\"", "name: \"{{contact.name}} {{state.said}}\""] + more)
            .joined(separator: ", ")
        let text = """
            version: 1
            settings:
              expired: {template: reopen, variables: ["{{contact.name}}", "{{message.text}}", "{{state.said}}"]}
            words: {greeting: [שלום, hello, 👩‍👩‍👧]}
            hours: {shop: {timezone: Asia/Jerusalem, open: {sun-thu: 09:00-18:00}}}
            rules:
              - id: remember
                match: anything
                continue: true
                set: {\(states)}
                forward: https://x.il/hook
                tag: writer
              - id: repeated
                when: {state: {said: [á, "ping a", "{{x}}", "\\u1100\\u1161"]}}
                match: {exact: ["a", "ש", "1"], none: [$greeting]}
                reply: ["{{state.name}}", "{{state.said}} {{state.name}}"]
              - {id: voice, match: {type: [image, ptt]}, reply: "{{message.text}}", quote: false}
              - id: order
                match: {regex: '(?<all>.+)ping(?<rest>.*)'}
                one_of: ["{{match.rest}}{{match.all}}", "\\n {{match.0}} "]
              - {id: signs, match: ["c#", "#+", x.com, b.co, x.com/a?b, 机票 机票, "a."], when: {language: [ru]}, tag: seen}
              - {id: plain, match: {any: [é á, ii, 机, "11"], exact: [é], regex: '^(\\d|é)+x$'}, accents: ignore, ignore: true}
              - {id: near, match: {any: [deliveries, המשלוחים, $greeting], fuzzy: 2}, template: {name: t, variables: ["{{message.text}}", "{{contact.name}}"]}}
              - {id: inside, when: {language: [he, ar, en, ru]}, match: {contains: ["á", "ş", "1", "e"]}, handoff: {pause: 1s, notify: https://x.il/h}, reply: "*{{contact.name}}*: \(String(repeating: "{{message.text}}", count: mentions))"}
              - {id: rest, match: anything, reply: "{{#contact.name}}{{contact.name}}{{/contact.name}}{{message.text}} {{hours.shop.next_open}}"}
            """
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: text)])
        if loaded.ruleSet == nil { Issue.record("\(loaded.report())") }
        return loaded.ruleSet
    }

    /// Returns a webhook with these texts in any field that a contact, or a client that knows the secret, can set.
    private static func hook(_ text: () -> String, using random: inout SeededRandom) -> [UInt8] {
        let type = random.one(of: ["text", "text", "text", "button", "list", "image", "ptt", "document", "location"])
        var members: [String: JSON] = [
            "hook": "new", "unique": .string("U\(random.upTo(1000))"), "from": "972501234567",
            "to": .string(account), "type": .string(type), "timestamp": .string(String(now.milliseconds / 1000)),
            "body": .string(text()),
        ]
        if random.chance(0.3) { members["senderName"] = .string(text()) }
        if type != "text", random.chance(0.8) { members["caption"] = .string(text()) }
        if random.chance(0.1) { members["quoteUnique"] = .string(text()) }
        if random.chance(0.1) { members["quote"] = .object(["body": .string(text())]) }
        if random.chance(0.05) {
            members[random.one(of: ["hook", "type", "from", "from_id", "to", "unique", "phone"])] = .string(text())
        }
        if random.chance(0.05) { members[text()] = .string(text()) }
        return JSON.object(members).encoded
    }

    /// Checks a conversation of a few messages; returns whether anything was sent.
    private static func check(messages: Int, using random: inout SeededRandom, _ text: (inout SeededRandom) -> String)
        throws -> Bool
    {
        // The most expensive checks run for a part of the cases alone, because there are to be many cases.
        let isThorough = random.chance(0.01)
        let rules = try #require(isThorough ? greedyRules : rules)
        var conversation = Conversation()
        var isSent = false
        for number in 0..<messages {
            let moment = now + .minutes(number)
            var texts = random
            let body = hook({ text(&texts) }, using: &random)
            random = texts
            let event = Result { () throws(WebhookEvent.ParseError) in
                try WebhookEvent(parsing: body, account: account, at: moment)
            }
            guard case .success(.message(let message)) = event else { continue }
            try #require(message.contact.name?.utf16.count ?? 0 <= 256)
            conversation.receive(message, isWindowOpen: random.chance(0.7), at: moment)
            let decision = decide(
                message, in: conversation, by: rules, policy: DecisionPolicy(loopGuard: nil), at: moment)
            let provider = random.one(of: Provider.allCases)
            for outgoing in decision.sends {
                try check(outgoing, message, provider)
                guard isThorough else { continue }
                try #require(try StoredJSON.decode(Outgoing.self, from: outgoing.json) == outgoing)
            }
            isSent = isSent || decision.outcome != .silent
            if isThorough { try checkViews(message, conversation, rules, at: moment) }
            conversation.apply(decision.changes, of: message, by: decision.rule, at: moment)
            try check(conversation.memory, isThorough: isThorough)
        }
        return isSent
    }

    /// Checks that a send is short enough and that its request is read back as it was written.
    private static func check(_ outgoing: Outgoing, _ message: Message, _ provider: Provider) throws {
        var contents: [ProviderMessage] = []
        switch outgoing.body {
        case .message(.text(let text, let replyTo)):
            try #require((1...4096).contains(text.utf16.count), "\(text.utf16.count)")
            contents.append(.text(text, replyTo: replyTo))
        case .message(.rich(let content, let replyTo)):
            try #require((0...1024).contains(content.text.utf16.count), "\(content.text.utf16.count)")
            contents.append(.rich(content, replyTo: replyTo))
        case .message(.reaction(let emoji, let unique)): contents.append(.reaction(emoji, to: unique))
        case .message(.template(let template)): contents.append(.template(template))
        case .post(_, let json): try #require(JSON(parsing: json.utf8)?["message"]?["id"]?.text == message.unique)
        }
        if let fallback = outgoing.fallback { contents.append(.template(fallback)) }
        for content in contents {
            if case .template(let template) = content {
                try #require(template.variables.reduce(0) { $0 + $1.utf16.count } <= 1024)
                try #require(
                    template.variables.allSatisfy { !$0.isEmpty && !$0.utf8.contains(0x0A) && !$0.utf8.contains(0x09) })
            }
            let account = ProviderAccount(number: account, provider: provider, credential: Secret("k"))
            let request = SendRequest(content, from: account, to: message.contact.address)
            try #require(JSON(parsing: JSON.object(request.body).encoded) == .object(request.body))
        }
    }

    /// Checks that memory has a bound in bytes, however much was written.
    private static func check(_ memory: Memory, isThorough: Bool) throws {
        try #require(memory.state.values.allSatisfy { $0.text.utf16.count <= 1000 })
        let size = memory.state.reduce(0) { $0 + $1.key.utf8.count + $1.value.text.utf8.count }
        try #require(size <= 64 << 10)
        guard isThorough else { return }
        // A control character takes six bytes in JSON.
        try #require(memory.json.utf8.count <= 6 * (64 << 10) + 4096, "\(memory.json.utf8.count)")
        try #require(try StoredJSON.decode(Memory.self, from: memory.json) == memory)
    }

    /// Checks the texts that people are shown.
    private static func checkViews(
        _ message: Message, _ conversation: Conversation, _ rules: RuleSet, at moment: Timestamp
    ) throws {
        let trial = Trial(message, in: conversation, by: rules, policy: DecisionPolicy(), at: moment, why: true)
        try #require(JSON(parsing: trial.json.encoded) != nil)
        try #require(!trial.text(.plain).harmless.isEmpty)
        let text = message.text ?? ""
        try #require(text.shown.unicodeScalars.count <= 4097)
        let cell = text.safeLine.shortened(to: 40)
        try #require(cell.columns <= 40 && cell.unicodeScalars.count <= 1000, "\(cell.unicodeScalars.count)")
        try #require(!text.printable.unicodeScalars.contains { $0.properties.generalCategory == .control })
        let unmatched = [1, 2].map {
            Statistics.Unmatched(conversation: $0, type: message.type, text: text.shortened(toUTF16: 300), rule: nil)
        }
        _ = UnmatchedGroups(unmatched)
    }

    @Test(arguments: Fuzz.seeds(2000))
    func aMessageOfAnyTextIsAnsweredWithinWhatMayBeSentAndRemembered(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0.5...1) { random in
            let longest = random.chance(0.001) ? (random.chance(0.1) ? 20_000 : 4200) : 50
            return try Self.check(messages: 1 + random.upTo(3), using: &random) {
                HostileText.text(using: &$0, upTo: longest)
            }
        }
    }

    /// Returns the length of a text, in Unicode scalars. Code whose time grows with the square of a text's length takes
    /// it for these two kinds: for as long a text as a webhook has room for, that is minutes. Texts of the other kinds
    /// would only take longer if they had as many scalars.
    private static func length(_ kind: Int) -> Int {
        ["marks out of order", "regional indicators"].contains(HostileText.kinds[kind].name) ? 60_000 : 10_000
    }

    @Test(arguments: HostileText.kinds.indices)
    func aMessageAsLongAsAWebhookTakesNoMoreThanItsLengthInTime(kind: Int) {
        Fuzz.each(of: 1..<2, share: 0...1, longest: .seconds(20)) { random in
            try Self.check(messages: 1, using: &random) { _ in HostileText.text(kind, scalars: Self.length(kind)) }
        }
    }
}
