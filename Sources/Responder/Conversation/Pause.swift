/// What quiets the bot in a conversation.
public enum Pause: Sendable, Hashable {
    /// Somebody has said so, or has answered from elsewhere.
    case person
    /// A rule has handed the conversation to a person.
    case rule(String)
    /// So much came so quickly that a robot seems to write.
    case loopGuard
}

extension Pause: CustomStringConvertible {
    /// Why the bot is silent.
    public var description: String {
        let who =
            switch self {
            case .person: "a person has taken it over"
            case .rule(let rule): "'\(rule)' has handed it to a person"
            case .loopGuard: "a robot seems to write"
            }
        return "the bot is paused in this conversation: \(who)"
    }
}
