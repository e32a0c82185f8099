/// The sender of a message that a delivery report is about, as far as the provider tells.
public enum ReportOrigin: Sendable, Hashable {
    /// The provider tells nothing: the message's id decides.
    case unclear
    /// An attempt of ours, by the mark that it carried.
    case attempt(AttemptMark)
    /// A person or another program: the message carried no mark of ours.
    case elsewhere
}

/// The mark that an attempt carries at providers that give it back in every report on the message. It tells exactly which
/// attempt a report is about, also if the answer to the attempt is lost.
public struct AttemptMark: Sendable, Hashable {
    /// The number of the outbox entry.
    public var entry: Int64
    /// The number of the attempt.
    public var attempt: Int64
    /// The moment at which the attempt was recorded. It tells apart the attempts of two databases.
    public var startedAt: Timestamp

    /// Creates the mark of an attempt.
    public init(entry: Int64, attempt: Int64, startedAt: Timestamp) {
        self.entry = entry
        self.attempt = attempt
        self.startedAt = startedAt
    }

    /// Reads the ``text`` of a mark; returns `nil` if it is none of replyd's.
    public init?(_ text: String) {
        let parts = text.utf8.count <= 80 ? text.split(separator: ".", omittingEmptySubsequences: false) : []
        guard parts.count == 4, parts[0] == "replyd", let entry = Int64(parts[1]), let attempt = Int64(parts[2]),
            let startedAt = Int64(parts[3])
        else { return nil }
        self.init(entry: entry, attempt: attempt, startedAt: Timestamp(milliseconds: startedAt))
    }

    /// The mark as the provider gets it.
    public var text: String { "replyd.\(entry).\(attempt).\(startedAt.milliseconds)" }
}
