public import Providers
public import Responder
public import Store

/// What happens in the pipeline, for whoever logs, counts or shows it.
public enum DaemonEvent: Sendable {
    /// A webhook was stored; that took so long from its arrival.
    case accepted(account: String, WebhookEvent, Accepted.Result, took: Duration)
    /// A webhook was not stored; without an account, since there is none of that number.
    case refused(account: String?, WebhookRefusal)
    /// Webhooks were turned away since the last such event: the key was wrong, or the source.
    case turnedAway(account: String, because: String, count: Int)
    /// A message was decided.
    case decided(Decided)
    /// A message took so long to decide that others felt it.
    case decidedSlowly(Message, took: Duration)
    /// A request is about to leave.
    case attempting(EntryReference, Attempt)
    /// It is known what became of a request, which took so long.
    case attempted(EntryReference, Attempt, AttemptOutcome, Settlement, took: Duration)
    /// An entry needs no request: it is over.
    case settled(EntryReference, EntryState, reason: String)
    /// A person did something.
    case operatorAction(OperatorAction)
    /// An account sends nothing until somebody mends it.
    case accountStopped(String, reason: String, waiting: Int)
    /// An account sends again.
    case accountResumed(String)
    /// A step of the pipeline could not be stored and is tried again.
    case storeFailed(StoreError)
    /// Changed rules are in use.
    case rulesLoaded(count: Int, revision: String)
    /// Somebody had the rules loaded anew, and they were the same.
    case rulesUnchanged(revision: String, by: String)
    /// What was stored of a conversation between its messages can't be read.
    case memoryUnreadable(conversation: Int64)
    /// Changed rules are wrong; those in use stay.
    case rulesRefused(report: String, inUse: String)
    /// Connections have to wait, for that reason.
    case connectionsWait(because: String)
    /// An alert was posted.
    case alertDelivered
    /// An alert could not be posted; it is tried again, or given up.
    case alertFailed(because: String, isGivenUp: Bool)
    /// Webhooks are taken at that port.
    case listening(port: Int)
}
