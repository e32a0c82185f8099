public import Providers
public import Responder
public import Store

/// A webhook that was stored.
public struct AcceptedWebhook: Sendable {
    /// The account in its address.
    public var account: String
    /// Its content.
    public var event: WebhookEvent
    /// The result of storing it.
    public var result: IntakeResult.Kind
    /// The time from its arrival to its 200.
    public var elapsed: Duration
}

/// Webhooks that were turned away since the last event of this kind for the account.
public struct TurnedAwayWebhooks: Sendable {
    /// The account in their address.
    public var account: String
    /// The reason, for people.
    public var because: String
    /// What in the configuration the webhooks are to be compared with, in a sentence.
    public var remedy: String
    /// The number of webhooks.
    public var count: Int
}

/// A request that has ended.
public struct EndedAttempt: Sendable {
    /// The entry it was sent for.
    public var entry: EntryReference
    /// The attempt, as it was recorded before it left.
    public var attempt: Attempt
    /// The outcome: the provider's answer, or the reason why there was none.
    public var outcome: AttemptOutcome
    /// The consequence for the entry.
    public var settlement: Settlement
    /// The time from its sending to its outcome.
    public var elapsed: Duration
}

/// An entry that is over without a request.
public struct SettledEntry: Sendable {
    /// The entry.
    public var entry: EntryReference
    /// Its last state.
    public var state: EntryState
    /// The reason for that state; `nil` if it needs none.
    public var reason: EntryReason?
}

/// An account that was stopped because the provider refuses it.
public struct AccountStop: Sendable {
    /// Its number.
    public var account: String
    /// The provider's refusal, for people.
    public var reason: String
    /// The number of entries that wait.
    public var waiting: Int

    /// The stop as the log, alerts and the console say it, without a remedy.
    var sentence: String {
        let entries = waiting == 1 ? "1 entry is" : "\(waiting) entries are"
        return "account \(account): \(reason.printable); sending is stopped, \(entries) waiting"
    }
}

/// An account that has used four fifths of its budget, or all of it.
public struct BudgetNews: Sendable {
    /// Its number.
    public var account: String
    /// The budget.
    public var budget: Budget
    /// The number of messages in this period.
    public var used: Int

    /// Whether nothing is left.
    var isSpent: Bool { used >= budget.messages }

    /// The news, with what comes of it.
    var sentence: String {
        let period = budget.period == .month ? "this month" : "today"
        let head =
            "account \(account): \(used.grouped) of \(budget.messages.grouped) messages of its `budget` are used \(period)"
        guard isSpent, budget.then == .silent else { return "\(head)." }
        return
            "\(head); nothing is answered any more until \(budget.period == .month ? "next month" : "tomorrow") (UTC)."
    }
}
