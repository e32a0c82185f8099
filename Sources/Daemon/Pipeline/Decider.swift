import Responder
import Store

/// Decides messages by the rules that are in use.
struct Decider: Sendable {
    /// The time limit of a decision. A decision that takes longer is reported, because all messages wait for it.
    static let timeLimit = Duration.milliseconds(20)

    let rules: CurrentRules
    let policy: DecisionPolicy
    let clock: Clock
    let budgets: BudgetKeeper
    let time = DecidingTime()
    let observe: @Sendable (DaemonEvent) -> Void

    /// Decides a message; returns the decision and the moment at which it was made.
    @Sendable func decide(_ message: Message, in conversation: Conversation) -> (decision: Decision, at: Timestamp) {
        let now = clock.now()
        let begin = clock.uptime()
        time.begin(at: begin)
        var policy = policy
        if !budgets.isEmpty { policy.spent = budgets.spent(at: now) }
        let decision = Responder.decide(message, in: conversation, by: rules.ruleSet, policy: policy, at: now)
        if !budgets.isEmpty { budgets.record(decision, of: message.account, at: now) }
        let end = clock.uptime()
        time.end(at: end)
        if end - begin > Self.timeLimit { observe(.decidedSlowly(message, elapsed: end - begin)) }
        return (decision, now)
    }
}
