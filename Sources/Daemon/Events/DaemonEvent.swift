public import Providers
public import Responder
public import Store

/// Something that happened in the daemon, for the log, the metrics, the console's changes and the alerts.
public enum DaemonEvent: Sendable {
    /// A webhook was stored.
    case accepted(AcceptedWebhook)
    /// A webhook was not stored. `account` is `nil` if its address names none of our accounts.
    case refused(account: String?, WebhookRefusal)
    /// Webhooks had a wrong key or came from a wrong address.
    case turnedAway(TurnedAwayWebhooks)
    /// Webhooks had the right key and could not be used all the same.
    case unusable(UnusableWebhooks)
    /// A message was decided.
    case decided(Decided)
    /// A message took so long to decide that the other messages were held up.
    case decidedSlowly(Message, elapsed: Duration)
    /// A request is about to leave.
    case attempting(EntryReference, Attempt)
    /// A request has ended.
    case attempted(EndedAttempt)
    /// An entry is over without a request.
    case settled(SettledEntry)
    /// An operator action was done.
    case operatorAction(OperatorAction)
    /// An account sends nothing until a person mends its configuration.
    case accountStopped(AccountStop)
    /// An account has used four fifths of its budget, or all of it.
    case budget(BudgetNews)
    /// An account sends again.
    case accountResumed(String)
    /// A step of the pipeline could not be stored and is tried again.
    case storeFailed(StoreError)
    /// Changed rules are in use.
    case rulesLoaded(count: Int, revision: String)
    /// A person had the rules loaded again, and they were the same.
    case rulesUnchanged(revision: String, by: String)
    /// The stored memory of a conversation can't be read.
    case memoryUnreadable(conversation: Int64)
    /// Changed rules have errors; those of revision `inUse` stay in use.
    case rulesRefused(report: String, inUse: String)
    /// The machine's wall clock was set, forward or back.
    case clockStepped(by: Duration)
    /// New connections have to wait.
    case connectionsWait(because: String)
    /// An alert was posted.
    case alertDelivered
    /// An alert could not be posted; it is tried again, or given up.
    case alertFailed(because: String, isGivenUp: Bool)
    /// The webhook port is open.
    case listening(port: Int)
}
