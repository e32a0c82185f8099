import Responder
import Store

/// Decides messages by the rules that are in use.
struct Decider: Sendable {
    /// A decision that takes longer is told: all messages wait for it.
    static let timeLimit = Duration.milliseconds(20)

    let rules: CurrentRules
    let policy: DecisionPolicy
    let clock: Clock
    let time = DecidingTime()
    let observe: @Sendable (DaemonEvent) -> Void

    /// The decision of a message, and as of which moment it was made.
    @Sendable func decide(_ message: Message, in conversation: Conversation) -> (decision: Decision, at: Timestamp) {
        let now = clock.now()
        let begin = clock.uptime()
        time.begin(at: begin)
        let decision = Responder.decide(message, in: conversation, by: rules.ruleSet, policy: policy, at: now)
        let end = clock.uptime()
        time.end(at: end)
        if end - begin > Self.timeLimit { observe(.decidedSlowly(message, elapsed: end - begin)) }
        return (decision, now)
    }
}
