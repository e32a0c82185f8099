/// The changes that a decision makes to its conversation; stored with the decision.
public struct Changes: Sendable, Hashable, Decodable {
    /// The state that is set, by name.
    public var set: [String: Memory.Value] = [:]
    /// The names of the state that is forgotten.
    public var unset: [String] = []
    /// The tags that are given.
    public var tag: [String] = []
    /// The tags that are taken away.
    public var untag: [String] = []
    /// The end of the pause that a hand-off or the loop guard begins; `nil` if none begins.
    public var pausedUntil: Timestamp?
    /// The rule that hands the conversation to a person; `nil` if no rule does.
    public var pausedBy: String?
    /// Whether the contact is opted out from now on; `nil` if that stays as it is.
    public var optedOut: Bool?
    /// The groups whose cooldown begins.
    public var answered: [String] = []
    /// The index of the alternative that is sent, by rule.
    public var turns: [String: Int] = [:]
    /// The menu that the contact gets; `nil` if it gets none.
    public var menu: SentMenu?
    /// Whether the contact gets an answer.
    public var hasAnswer = false

    /// Creates changes that change nothing.
    public init() {}

    /// Pauses the bot until `end`. The longest of several pauses counts.
    mutating func pause(until end: Timestamp, by rule: String?) {
        guard end >= pausedUntil ?? end else { return }
        (pausedUntil, pausedBy) = (end, rule)
    }

    /// Reads JSON; missing members keep their empty values.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable>(_ key: CodingKeys, or empty: Value) throws -> Value {
            try container.decodeIfPresent(Value.self, forKey: key) ?? empty
        }
        self.set = try read(.set, or: [:])
        unset = try read(.unset, or: [])
        tag = try read(.tag, or: [])
        untag = try read(.untag, or: [])
        pausedUntil = try container.decodeIfPresent(Timestamp.self, forKey: .pausedUntil)
        pausedBy = try container.decodeIfPresent(String.self, forKey: .pausedBy)
        optedOut = try container.decodeIfPresent(Bool.self, forKey: .optedOut)
        answered = try read(.answered, or: [])
        turns = try read(.turns, or: [:])
        menu = try container.decodeIfPresent(SentMenu.self, forKey: .menu)
        hasAnswer = try read(.hasAnswer, or: false)
    }

    private enum CodingKeys: String, CodingKey {
        case set, unset, tag, untag, pausedUntil, pausedBy, optedOut, answered, turns, menu, hasAnswer
    }
}
