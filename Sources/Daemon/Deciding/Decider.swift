import Responder
import Store

/// Decides messages by the rules that are in use.
struct Decider: Sendable {
    let rules: CurrentRules
    let policy: DecisionPolicy
    let clock: Clock

    /// The decision of a message, and as of which moment it was made.
    @Sendable func decide(_ message: Message, in conversation: Conversation) -> (decision: Decision, at: Timestamp) {
        let now = clock.now()
        return (Responder.decide(message, in: conversation, by: rules.ruleSet, policy: policy, at: now), now)
    }
}
