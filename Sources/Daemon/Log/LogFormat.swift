import JSONText
import Logging
import Responder

/// The form of a line of the log.
public enum LogFormat: String, Sendable, CaseIterable {
    /// Text for people.
    case text
    /// JSON for programs: one object in each line, with `time`, `level`, `msg` and the metadata.
    case json

    /// Returns a line for programs; `details` writes its members after the first three.
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
