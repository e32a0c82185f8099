/// The data that decisions leave in a conversation for later ones.
public struct Memory: Sendable, Hashable, Decodable {
    /// One value of the conversation's state.
    public struct Value: Sendable, Hashable, Decodable {
        /// The text that was set.
        public var text: String
        /// The moment from which the value counts as never set; `nil` if it stays.
        public var expires: Timestamp?

        /// Creates a value that expires at `expires`, or never if that is `nil`.
        public init(text: String, expires: Timestamp? = nil) {
            self.text = text
            self.expires = expires
        }
    }

    /// A pause that a decision began.
    public struct DecidedPause: Sendable, Hashable, Decodable {
        /// The end of the pause.
        public var until: Timestamp
        /// The rule that handed off; `nil` if the loop guard stopped the bot.
        public var rule: String?

        /// Creates a pause that ends at `until`; `rule` is `nil` if the loop guard began it.
        public init(until: Timestamp, rule: String?) {
            self.until = until
            self.rule = rule
        }
    }

    /// Whether the contact has asked never to be written to.
    public var isOptedOut: Bool
    /// The moment at which the contact's latest message that opted out or in was sent, or a person noted an opt-out. Older
    /// words that come late change nothing.
    public var consentAt: Timestamp?
    /// The tags that rules have given.
    public var tags: Set<String>
    /// The state by name, including values that have expired; ``value(of:at:)`` leaves those out.
    public var state: [String: Value]
    /// The moments at which rules with a cooldown answered, by the cooldown's group, oldest first.
    public var answers: [String: [Timestamp]]
    /// The index of the alternative that was sent last, by rule.
    public var turns: [String: Int]
    /// The moment at which the latest decided message was sent.
    public var lastMessageAt: Timestamp?
    /// The moments at which the latest answers were decided, oldest first.
    public var recentAnswers: [Timestamp]
    /// A fingerprint of the latest message's text, the rule that decided it and the state at that time.
    public var lastText: String?
    /// The number of times in a row that the same text came again right after the same answer.
    public var echoes: Int
    /// The latest menu that was sent; `nil` if none was.
    public var menu: SentMenu?
    /// The latest pause that a decision began; pauses that people begin are not recorded here.
    public var pause: DecidedPause?

    /// The greatest length of a state's value, in UTF-16 units.
    static let valueLimit = 1000
    /// The greatest total size of the names and values of all state, in bytes of UTF-8.
    static let stateLimit = 64 << 10
    /// The number of answers of a group that are remembered: the most that a cooldown can count.
    public static let answersKept = 20

    /// Creates a memory that is empty except for the arguments.
    public init(isOptedOut: Bool = false, tags: Set<String> = [], state: [String: Value] = [:]) {
        self.isOptedOut = isOptedOut
        self.tags = tags
        self.state = state
        answers = [:]
        turns = [:]
        recentAnswers = []
        echoes = 0
    }

    /// Returns the state of that name; `nil` if it was never set or has expired.
    public func value(of name: String, at now: Timestamp) -> String? {
        guard let value = state[name], value.expires.map({ now < $0 }) ?? true else { return nil }
        return value.text
    }

    /// Whether the state of that name is one of `values`.
    func hasValue(of name: String, among values: [String], at now: Timestamp) -> Bool {
        guard let value = value(of: name, at: now) else { return false }
        // The contact may have chosen the value. Comparing puts its combining marks in order, which takes time that
        // grows with the square of their number. A canonically equal text is at most four times as long (U+0390 against
        // U+1FBE U+0308 U+0341).
        return values.contains { value.utf8.count <= 4 * $0.utf8.count && value == $0 }
    }

    /// Removes from `changes` the state that does not fit in ``stateLimit``; an earlier value of that state is removed
    /// too.
    ///
    /// - Returns: The names of the removed state, in alphabetical order.
    func withoutRoom(in changes: inout Changes, at now: Timestamp) -> [String] {
        guard !changes.set.isEmpty else { return [] }
        var size = 0
        for (name, value) in state where value.expires.map({ now < $0 }) ?? true {
            if changes.set[name] == nil, !changes.unset.contains(name) {
                size += name.utf8.count + value.text.utf8.count
            }
        }
        let names = changes.set.sorted { $0.key < $1.key }.compactMap { name, value -> String? in
            let more = name.utf8.count + value.text.utf8.count
            guard size + more > Self.stateLimit else {
                size += more
                return nil
            }
            return name
        }
        for name in names { changes.set[name] = nil }
        changes.unset += names
        return names
    }

    /// Reads JSON; missing members keep their empty values.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, or empty: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? empty
        }
        isOptedOut = try read(.isOptedOut, or: false)
        consentAt = try container.decodeIfPresent(Timestamp.self, forKey: .consentAt)
        tags = try read(.tags, or: [])
        state = try read(.state, or: [:])
        answers = try read(.answers, or: [:])
        turns = try read(.turns, or: [:])
        lastMessageAt = try container.decodeIfPresent(Timestamp.self, forKey: .lastMessageAt)
        recentAnswers = try read(.recentAnswers, or: [])
        lastText = try container.decodeIfPresent(String.self, forKey: .lastText)
        echoes = try read(.echoes, or: 0)
        menu = try container.decodeIfPresent(SentMenu.self, forKey: .menu)
        pause = try container.decodeIfPresent(DecidedPause.self, forKey: .pause)
    }

    private enum CodingKeys: String, CodingKey {
        case isOptedOut, consentAt, tags, state, answers, turns, lastMessageAt, recentAnswers, lastText, echoes, menu
        case pause
    }

    /// Forgets the pause and the data of the loop guard: a person has said that no robot is writing.
    public mutating func resume() {
        pause = nil
        recentAnswers = []
        echoes = 0
    }

    mutating func apply(_ changes: Changes, of message: Message, at now: Timestamp) {
        for name in changes.unset { state[name] = nil }
        state.merge(changes.set) { $1 }
        state = state.filter { $0.value.expires.map { now < $0 } ?? true }
        tags.subtract(changes.untag)
        tags.formUnion(changes.tag)
        if let optedOut = changes.optedOut {
            isOptedOut = optedOut
            // A message from the future must not keep the contact from ever coming back.
            let saidAt = min(message.timestamp, now)
            consentAt = max(consentAt ?? saidAt, saidAt)
        }
        for group in changes.answered { answers[group] = ((answers[group] ?? []) + [now]).suffix(Self.answersKept) }
        turns.merge(changes.turns) { $1 }
        menu = changes.menu ?? menu
        if changes.hasAnswer { recentAnswers = (recentAnswers + [now]).suffix(Self.answersKept) }
        if let known = pause, known.until <= now { pause = nil }
    }

    mutating func record(_ message: Message, decidedBy rule: String?, at now: Timestamp) {
        echoes = echoes(with: message, by: rule, at: now)
        lastText = message.text.map { fingerprint(of: $0, by: rule, at: now) }
        lastMessageAt = max(lastMessageAt ?? message.timestamp, message.timestamp)
    }
}
