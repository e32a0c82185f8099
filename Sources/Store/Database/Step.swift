import Responder

/// One step of the pipeline: it is done in one transaction, and answered once that is on disk.
struct Step {
    /// Does the work inside the transaction and keeps its result; returns the error if it fails. May be called again.
    var run: (Connection) -> StoreError?
    /// Finds out whether the last run is on disk although its commit was not answered; its result stands then. Returns
    /// `nil` if that does not matter, because the step can be run again without harm.
    var isDone: (Connection) throws -> Bool?
    /// Answers the caller, with an error if the transaction as a whole failed.
    var finish: (StoreError?) -> Void
    /// The moment at which the message that is taken in was sent; `nil` for other steps.
    var sentAt: Timestamp?
    /// The number of events that it takes in.
    var weight = 1
}

/// What a step does if the answer to its commit is lost, so that nobody knows whether it is on disk: its connection, or
/// the server behind it, has gone at that moment. Each step knows its own traces.
enum Rerun<Result>: Sendable {
    /// It is run again: that does no harm, and what it returns then is true as well. A batch of old messages is such a
    /// step: run again, it deletes the next ones. Not a step that sets what others may set to something else in between,
    /// such as a pause.
    case harmless
    /// It is run again unless it finds its traces in the database; then its first result stands.
    case unless(@Sendable (Connection, Result) throws -> Bool)
}
