/// Until when free-form text to a contact is allowed: 24 hours from the contact's last message, corrected by what the
/// provider says (`99digital-send-message.txt`, `019sms-send-message.md`: reasons 7 and 8, `templateTimeLeft`).
public struct Window: Sendable, Hashable {
    /// How long a message of the contact keeps the window open.
    public static let length = Duration.hours(24)
    /// How long before its end the window counts as shut, for a request needs time to arrive and clocks differ.
    public static let margin = Duration.seconds(60)

    /// When the contact's latest message was sent.
    public var lastMessageAt: Timestamp?
    /// The moment the window shuts; nil where the contact never wrote.
    public var end: Timestamp?
    /// Since when the provider's word stands; messages from before it no longer move ``end``.
    public var correctedAt: Timestamp?

    /// A window as stored; without arguments, that of a contact who never wrote.
    public init(lastMessageAt: Timestamp? = nil, end: Timestamp? = nil, correctedAt: Timestamp? = nil) {
        self.lastMessageAt = lastMessageAt
        self.end = end
        self.correctedAt = correctedAt
    }

    /// The last moment, exclusive, at which text may be sent; nil where it never may.
    public var textEnd: Timestamp? { end.map { $0 - Self.margin } }

    /// Whether text may be sent at that moment.
    public func isOpen(at now: Timestamp) -> Bool {
        textEnd.map { now < $0 } ?? false
    }

    /// Takes note of a message of the contact. Messages may come late and out of order: only a newer one moves the window.
    public mutating func noteMessage(at timestamp: Timestamp) {
        if lastMessageAt.map({ timestamp > $0 }) ?? true { lastMessageAt = timestamp }
        // Providers give whole seconds: a message of the same second may well be the later one.
        if let correctedAt, timestamp + .seconds(1) <= correctedAt { return }
        let end = timestamp + Self.length
        if self.end.map({ end > $0 }) ?? true { self.end = end }
    }

    /// Takes note of a refusal because the window is shut (reasons 7 and 8) of a request that left at `asked`.
    public mutating func noteShut(askedAt asked: Timestamp) {
        guard !hasMessage(after: asked) else { return }
        end = min(end ?? asked, asked)
        correctedAt = asked
    }

    /// Takes note of the provider's `templateTimeLeft`, in minutes, in the answer to a request that left at `asked`.
    ///
    /// The figure has lost its seconds, so an end that agrees with it to the minute is the better one and stays.
    public mutating func noteTimeLeft(minutes: Int, askedAt asked: Timestamp) {
        guard !hasMessage(after: asked) else { return }
        let minutes = min(max(minutes, 0), 24 * 60)
        let told = asked + .minutes(minutes)
        if let end, end > told - .minutes(1), end <= told + .minutes(1) { return }
        if minutes == 0, end.map({ $0 <= asked }) ?? true { return }
        end = told
        correctedAt = asked
    }

    /// A message newer than the request can't have been known when the provider answered it.
    private func hasMessage(after asked: Timestamp) -> Bool {
        lastMessageAt.map { $0 > asked } ?? false
    }
}
