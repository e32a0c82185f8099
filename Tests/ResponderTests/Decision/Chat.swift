import Responder
import RuleFiles
import Testing

/// A conversation with rules from a file, on a clock of its own.
struct Chat {
    var rules: RuleSet
    /// The policy, without the loop guard: these tests say the same words again and again.
    var policy = DecisionPolicy(loopGuard: nil)
    var conversation = Conversation()
    var now: Timestamp
    private var count = 0

    static let account = "972770000000"
    static let hours = """
        hours:
          shop:
            timezone: Asia/Jerusalem
            open: {sun-thu: 09:00-18:00}

        """

    /// Begins a chat on Sunday 22 November 2026 at noon, or at another time by the clock of Jerusalem.
    init(_ rules: String, head: String = hours, at time: String = "2026-11-22 12:00") throws {
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: "version: 1\n\(head)rules:\n\(rules)\n")])
        self.rules = try #require(loaded.ruleSet, "\(loaded.report())")
        let zone = try #require(Zone("Asia/Jerusalem"))
        now = try #require(Timestamp(parsing: time, in: zone))
    }

    /// Returns the next message.
    func message(
        _ text: String, type: MessageType = .text, name: String? = nil, number: String = "972501234567",
        account: String = account
    ) -> Message {
        let hasBody = [.text, .button, .list, .location].contains(type)
        return Message(
            account: account, unique: "m\(count + 1)", contact: Contact(number: number, address: number, name: name),
            type: type, body: hasBody ? text : "https://x.il/a", caption: hasBody ? nil : text, timestamp: now)
    }

    /// Returns the decision about the next message, and remembers it as the daemon would.
    mutating func says(
        _ text: String, after pause: Duration = .zero, window: Bool? = nil, quotes: String? = nil
    ) -> Decision {
        now = now + pause
        return receive(message(text), window: window, quotes: quotes)
    }

    mutating func receive(_ message: Message, window: Bool? = nil, quotes: String? = nil) -> Decision {
        count += 1
        conversation.receive(message, isWindowOpen: window, at: now)
        conversation.quotedRule = quotes
        let decision = decide(message, in: conversation, by: rules, policy: policy, at: now)
        conversation.apply(decision.changes, of: message, by: decision.rule, at: now)
        return decision
    }

    /// Returns the reason why each rule would answer the message or not: `id: because`, with `*` for the one whose
    /// answer counts, `+` for others that match, and `-` for those that do not.
    func why(_ message: Message, quotes: String? = nil) -> [String] {
        var conversation = conversation
        conversation.receive(message, at: now)
        conversation.quotedRule = quotes
        return explain(message, in: conversation, by: rules, policy: policy, at: now).map {
            "\($0.isAnswering ? "*" : $0.isMatch ? "+" : "-")\($0.rule): \($0.because)"
        }
    }

    /// Returns the texts that are sent.
    mutating func answers(_ text: String, after pause: Duration = .zero, window: Bool? = nil) -> [String] {
        says(text, after: pause, window: window).sends.compactMap(\.text)
    }
}
