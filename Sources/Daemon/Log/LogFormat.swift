/// What a line of the log looks like.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people.
    case text
    /// For programs: an object a line with `time`, `level`, `msg` and what belongs to it.
    case json
}
