import JSONText
import Logging
import Responder

/// The form of a line of the log.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people.
    case text
    /// For programs: an object a line with `time`, `level`, `msg` and what belongs to it.
    case json

    /// A line for programs; `details` writes its members after the first three.
    static func jsonLine(
        level: Logger.Level, _ message: String, at now: Timestamp, details: (inout JSONWriter) -> Void = { _ in }
    ) -> String {
        JSONWriter.object { line in
            line.member("time", LogWriter.time(now))
            line.member("level", "\(level)")
            line.member("msg", message)
            details(&line)
        } + "\n"
    }
}
