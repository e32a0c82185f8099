import Foundation

/// Places between two steps of the pipeline at which tests end the process as a power cut would.
///
/// Debug builds alone: `REPLYD_CRASH_AT=accepted` makes the process kill itself when it gets there for the first time.
enum CrashPoint: String {
    /// The event is on disk, with decision and outbox entries; nobody has been told.
    case accepted
    /// The attempt is on record; the request has not left.
    case begun
    /// The answer is there; it is not on disk.
    case answered
    /// The outcome is on disk.
    case ended

    static func reach(_ point: CrashPoint) {
        #if DEBUG
            if point == chosen { kill(getpid(), SIGKILL) }
        #endif
    }

    #if DEBUG
        private static let chosen = ProcessInfo.processInfo.environment["REPLYD_CRASH_AT"].flatMap(CrashPoint.init)
    #endif
}
