/// What a decision changes in its conversation; stored with it.
public struct Changes: Sendable, Hashable, Decodable {
    /// State that is set.
    public var set: [String: Memory.Value] = [:]
    /// State that is forgotten.
    public var unset: [String] = []
    /// Tags that are given.
    public var tag: [String] = []
    /// Tags that are taken away.
    public var untag: [String] = []
    /// Until when the bot is quiet, for a person or because of the loop guard.
    public var pausedUntil: Timestamp?
    /// The rule that hands the conversation to a person; nil where none does.
    public var pausedBy: String?
    /// Whether the contact is opted out from now on; nil where that stays.
    public var optedOut: Bool?
    /// The groups whose cooldown begins.
    public var answered: [String] = []
    /// By rule, which of its alternatives goes out.
    public var turns: [String: Int] = [:]
    /// Whether the contact gets an answer.
    public var hasAnswer = false

    /// No change at all.
    public init() {}

    /// Of several pauses the longest counts.
    mutating func pause(until end: Timestamp, by rule: String?) {
        guard end >= pausedUntil ?? end else { return }
        (pausedUntil, pausedBy) = (end, rule)
    }

    /// Reads JSON; what is missing is empty.
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
        hasAnswer = try read(.hasAnswer, or: false)
    }

    private enum CodingKeys: String, CodingKey {
        case set, unset, tag, untag, pausedUntil, pausedBy, optedOut, answered, turns, hasAnswer
    }
}
