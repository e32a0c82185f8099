import Foundation

/// A point between two steps of the pipeline at which tests end the process as a power cut would.
///
/// This is for debug builds alone: `REPLYD_CRASH_AT=accepted` makes the process kill itself when it reaches that point
/// for the first time.
enum CrashPoint: String {
    /// The event is on disk, with its decision and outbox entries. No listener has been notified, and the webhook has
    /// no answer yet.
    case accepted
    /// The attempt is on record; the request has not left.
    case begun
    /// The answer has arrived; it is not on disk.
    case answered
    /// The outcome is on disk.
    case ended

    /// Kills the process if it is to end at this point.
    static func reach(_ point: CrashPoint) {
        #if DEBUG
            if point == chosen { kill(getpid(), SIGKILL) }
        #endif
    }

    #if DEBUG
        private static let chosen = ProcessInfo.processInfo.environment["REPLYD_CRASH_AT"].flatMap(CrashPoint.init)
    #endif
}
