/// What to do with an outbox entry now.
public enum Plan: Sendable, Hashable {
    /// Send it now; a fallback takes the place of a text that is no longer allowed.
    case send(SendContent, isFallback: Bool)
    /// A person must say whether to send it again.
    case hold
    case giveUp(GiveUp)

    /// Why nothing more is sent.
    public enum GiveUp: Sendable, Hashable {
        /// The window has shut, and no template is configured for that.
        case windowExpired
        /// The message is older than `max_age`, and no template is configured for that.
        case tooOld
        /// Another answer to the same message became the template.
        case replaced
        /// It has been tried for 24 hours.
        case expired
    }
}

/// What becomes of an attempt whose outcome nobody knows.
public enum UnknownPolicy: String, Sendable, Hashable, CaseIterable {
    /// It stays visible until a person decides: nothing is ever sent twice.
    case hold
    /// It is sent again: nothing is ever missing.
    case resend
}

/// Plans the next step of an outbox entry at the moment of sending. Pure.
///
/// - Parameters:
///   - entry: What is to be sent and what has been tried.
///   - window: The conversation's window as it is known now.
///   - onUnknown: What the account's configuration says of unknown outcomes.
///   - now: The moment of sending.
public func plan(_ entry: OutboxEntry, window: Window, onUnknown: UnknownPolicy, at now: Timestamp) -> Plan {
    // A post names its message, so the business can tell one that comes twice; it is never held.
    if entry.isUnknown, onUnknown == .hold, entry.outgoing.lane != .posts { return .hold }
    switch entry.outgoing.body {
    case .message(.template), .post:
        return now < entry.triedFrom + OutboxEntry.lifetime
            ? .send(entry.outgoing.body, isFallback: false) : .giveUp(.expired)
    case .message(.text):
        let refusal: Plan.GiveUp
        if now >= entry.outgoing.textEnd {
            refusal = .tooOld
        } else if entry.isTextRefused || !window.isOpen(at: now) {
            refusal = .windowExpired
        } else if now >= entry.triedFrom + OutboxEntry.lifetime {
            refusal = .expired
        } else if entry.fallbackAt == nil {
            return .send(entry.outgoing.body, isFallback: false)
        } else {
            refusal = .expired
        }
        if entry.isFallbackTaken { return .giveUp(.replaced) }
        guard let fallback = entry.outgoing.fallback else { return .giveUp(refusal) }
        if let since = entry.fallbackAt, now >= since + OutboxEntry.lifetime { return .giveUp(.expired) }
        return .send(.message(.template(fallback)), isFallback: true)
    }
}

/// The moment at which the plan for a text changes by itself: its retries must not sleep past it.
public func textEnd(of entry: OutboxEntry, window: Window) -> Timestamp? {
    guard case .message(.text) = entry.outgoing.body, entry.fallbackAt == nil else { return nil }
    return min(window.textEnd ?? entry.outgoing.textEnd, entry.outgoing.textEnd)
}
