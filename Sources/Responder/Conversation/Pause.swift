/// The reason for which the bot is quiet in a conversation.
public enum Pause: Sendable, Hashable {
    /// A person has paused the bot, or has answered from another tool.
    case person
    /// A rule has handed the conversation to a person.
    case rule(String)
    /// The loop guard has stopped the bot: the messages look like those of a robot.
    case loopGuard
}

extension Pause: CustomStringConvertible {
    /// The reason for the bot's silence, as a sentence without a full stop.
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
