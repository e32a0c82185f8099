/// The time in which free-form text to a contact is allowed: 24 hours from the contact's last message, corrected by the
/// provider's answers (`99digital-send-message.txt`, `019sms-send-message.md`: reasons 7 and 8, `templateTimeLeft`).
public struct Window: Sendable, Hashable {
    /// The time for which a message of the contact keeps the window open.
    public static let length = Duration.hours(24)
    /// The time before its end from which the window counts as shut: a request needs time to arrive, and clocks differ.
    public static let margin = Duration.seconds(60)

    /// The moment at which the contact's latest message was sent.
    public var lastMessageAt: Timestamp?
    /// The moment at which the window shuts; `nil` if the contact has never written.
    public var end: Timestamp?
    /// The moment from which the provider's correction holds; earlier messages no longer move ``end``.
    public var correctedAt: Timestamp?

    /// Creates a window from its stored values; without arguments, that of a contact who has never written.
    public init(lastMessageAt: Timestamp? = nil, end: Timestamp? = nil, correctedAt: Timestamp? = nil) {
        self.lastMessageAt = lastMessageAt
        self.end = end
        self.correctedAt = correctedAt
    }

    /// The moment from which text may no longer be sent, ``margin`` before ``end``; `nil` if it may never be sent.
    public var textEnd: Timestamp? { end.map { $0 - Self.margin } }

    /// Whether text may be sent at that moment.
    public func isOpen(at now: Timestamp) -> Bool {
        textEnd.map { now < $0 } ?? false
    }

    /// Whether a call of the contact may keep the window open although it has shut by the messages: for as long again, and
    /// unless the provider has said otherwise.
    public func mayBeOpen(at now: Timestamp) -> Bool {
        guard let lastMessageAt, let end, end == lastMessageAt + Self.length else { return false }
        return now < end + Self.length
    }

    /// Records a message of the contact. Messages may come late and out of order: only a newer one moves the window.
    public mutating func recordMessage(at timestamp: Timestamp) {
        if lastMessageAt.map({ timestamp > $0 }) ?? true { lastMessageAt = timestamp }
        // Providers give whole seconds, so a message of the same second may be later than the correction.
        if let correctedAt, timestamp + .seconds(1) <= correctedAt { return }
        let end = timestamp + Self.length
        if self.end.map({ end > $0 }) ?? true { self.end = end }
    }

    /// Records that the provider refused a request that left at `asked` because the window is shut (reasons 7 and 8).
    public mutating func recordShut(askedAt asked: Timestamp) {
        guard !hasMessage(after: asked) else { return }
        end = min(end ?? asked, asked)
        correctedAt = asked
    }

    /// Records the provider's `templateTimeLeft`, in minutes, from the answer to a request that left at `asked`.
    ///
    /// The figure lacks seconds. An end that agrees with it to the minute is more exact, and stays.
    public mutating func recordTimeLeft(minutes: Int, askedAt asked: Timestamp) {
        guard !hasMessage(after: asked) else { return }
        let minutes = min(max(minutes, 0), 24 * 60)
        let known = asked + .minutes(minutes)
        if let end, end > known - .minutes(1), end <= known + .minutes(1) { return }
        if minutes == 0, end.map({ $0 <= asked }) ?? true { return }
        end = known
        correctedAt = asked
    }

    /// Whether a message is newer than the request. The provider can't have known of it when it answered.
    private func hasMessage(after asked: Timestamp) -> Bool {
        lastMessageAt.map { $0 > asked } ?? false
    }
}
