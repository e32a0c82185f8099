/// What decisions leave behind in a conversation.
public struct Memory: Sendable, Hashable, Decodable {
    /// One value of the conversation's state.
    public struct Value: Sendable, Hashable, Decodable {
        /// What was set.
        public var text: String
        /// From when on it counts as never set; nil where it stays.
        public var expires: Timestamp?

        /// Makes a value of its parts.
        public init(text: String, expires: Timestamp? = nil) {
            self.text = text
            self.expires = expires
        }
    }

    /// A pause that a decision began.
    public struct DecidedPause: Sendable, Hashable, Decodable {
        /// When it ends.
        public var until: Timestamp
        /// The rule that handed off; nil where the loop guard stopped the bot.
        public var rule: String?

        /// Makes a pause of its parts.
        public init(until: Timestamp, rule: String?) {
            self.until = until
            self.rule = rule
        }
    }

    /// Whether the contact has asked never to be written to.
    public var isOptedOut: Bool
    /// Tags, by rules.
    public var tags: Set<String>
    /// State by name, what has expired included: ask ``value(of:at:)``.
    public var state: [String: Value]
    /// When rules with a cooldown answered, by the cooldown's group, oldest first.
    public var answers: [String: [Timestamp]]
    /// By rule, which of its alternatives was sent last.
    public var turns: [String: Int]
    /// When the latest message that has been decided was sent.
    public var lastMessageAt: Timestamp?
    /// When the latest answers were decided, oldest first.
    public var recentAnswers: [Timestamp]
    /// What the latest message said, as a fingerprint.
    public var lastText: String?
    /// How often in a row that text came right after an answer of ours.
    public var echoes: Int
    /// The latest pause that a decision began; people begin others.
    public var pause: DecidedPause?

    /// The longest value of a state, in UTF-16 units.
    static let valueLimit = 1000
    /// The most that the names and values of all state may take, in bytes of UTF-8.
    static let stateLimit = 64 << 10
    /// How many answers of a group are remembered: as many as a cooldown can count.
    public static let answersKept = 20

    /// A memory of nothing, but for what is given.
    public init(isOptedOut: Bool = false, tags: Set<String> = [], state: [String: Value] = [:]) {
        self.isOptedOut = isOptedOut
        self.tags = tags
        self.state = state
        answers = [:]
        turns = [:]
        recentAnswers = []
        echoes = 0
    }

    /// The state of that name; nil where it was never set or has expired.
    public func value(of name: String, at now: Timestamp) -> String? {
        guard let value = state[name], value.expires.map({ now < $0 }) ?? true else { return nil }
        return value.text
    }

    /// Whether the state of that name is one of `values`.
    func hasValue(of name: String, among values: [String], at now: Timestamp) -> Bool {
        guard let value = value(of: name, at: now) else { return false }
        // A contact may have chosen it, and comparing puts its marks in order, which takes the square of their number. What
        // is canonically equal is at most four times as long (U+0390 against U+1FBE U+0308 U+0341).
        return values.contains { value.utf8.count <= 4 * $0.utf8.count && value == $0 }
    }

    /// Takes out of `changes` the state that ``stateLimit`` leaves no room for; what had a value has none any more.
    ///
    /// - Returns: The names, in alphabetical order.
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

    /// Reads JSON; what is missing is empty.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, or empty: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? empty
        }
        isOptedOut = try read(.isOptedOut, or: false)
        tags = try read(.tags, or: [])
        state = try read(.state, or: [:])
        answers = try read(.answers, or: [:])
        turns = try read(.turns, or: [:])
        lastMessageAt = try container.decodeIfPresent(Timestamp.self, forKey: .lastMessageAt)
        recentAnswers = try read(.recentAnswers, or: [])
        lastText = try container.decodeIfPresent(String.self, forKey: .lastText)
        echoes = try read(.echoes, or: 0)
        pause = try container.decodeIfPresent(DecidedPause.self, forKey: .pause)
    }

    private enum CodingKeys: String, CodingKey {
        case isOptedOut, tags, state, answers, turns, lastMessageAt, recentAnswers, lastText, echoes, pause
    }

    /// Forgets the pause, and what the loop guard goes by: a person says that no robot writes.
    public mutating func resume() {
        pause = nil
        recentAnswers = []
        echoes = 0
    }

    mutating func apply(_ changes: Changes, at now: Timestamp) {
        for name in changes.unset { state[name] = nil }
        state.merge(changes.set) { $1 }
        state = state.filter { $0.value.expires.map { now < $0 } ?? true }
        tags.subtract(changes.untag)
        tags.formUnion(changes.tag)
        isOptedOut = changes.optedOut ?? isOptedOut
        for group in changes.answered { answers[group] = ((answers[group] ?? []) + [now]).suffix(Self.answersKept) }
        turns.merge(changes.turns) { $1 }
        if changes.hasAnswer { recentAnswers = (recentAnswers + [now]).suffix(Self.answersKept) }
        if let known = pause, known.until <= now { pause = nil }
    }

    mutating func note(_ message: Message, at now: Timestamp) {
        echoes = echoes(with: message, at: now)
        lastText = message.text.map(Self.fingerprint)
        lastMessageAt = max(lastMessageAt ?? message.timestamp, message.timestamp)
    }
}
