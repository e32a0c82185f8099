/// The next step of an outbox entry.
public enum Plan: Sendable, Hashable {
    /// Send this now; a fallback replaces free-form content that is no longer allowed.
    case send(SendContent, isFallback: Bool)
    /// Keep the entry until a person decides whether to send it again.
    case hold
    /// Send nothing more, for this reason.
    case giveUp(GiveUp)

    /// The reason for which nothing more is sent.
    public enum GiveUp: Sendable, Hashable {
        /// The window has shut, and no template is configured for that.
        case windowExpired
        /// The message is older than `max_age`, and no template is configured for that.
        case tooOld
        /// The fallback has already replaced another answer since the window shut.
        case replaced
        /// Sending has been tried for as long as it may.
        case expired
    }
}

/// The treatment of an entry whose attempt has an unknown outcome.
public enum UnknownPolicy: String, Sendable, Hashable, CaseIterable {
    /// The entry stays visible until a person decides: nothing is ever sent twice.
    case hold
    /// The entry is sent again: nothing is ever missing.
    case resend
}

/// Plans the next step of an outbox entry at the moment of sending. Pure.
///
/// - Parameters:
///   - entry: The entry and the attempts so far.
///   - window: The conversation's window as it is known now.
///   - onUnknown: The account's setting for unknown outcomes.
///   - triesShutWindow: Whether text is tried once although the window has shut by our clock, for as long again: a call
///     of the contact may have opened it, of which no webhook tells.
///   - now: The moment of sending.
public func plan(
    _ entry: OutboxEntry, window: Window, onUnknown: UnknownPolicy, triesShutWindow: Bool = false, at now: Timestamp
) -> Plan {
    // A post names its message, so the business can recognise a duplicate; posts are never held.
    if entry.isUnknown, onUnknown == .hold, entry.outgoing.lane != .posts { return .hold }
    guard now < entry.expiresAt else { return .giveUp(.expired) }
    guard entry.outgoing.body.isFreeForm else {
        let isFallback = entry.outgoing.isFallback == true
        if isFallback, entry.isFallbackUsed(in: window) { return .giveUp(.replaced) }
        return .send(entry.outgoing.body, isFallback: isFallback)
    }
    let refusal: Plan.GiveUp
    if now >= entry.outgoing.textEnd {
        refusal = .tooOld
    } else if entry.isTextRefused || !window.isOpen(at: now) && !(triesShutWindow && window.mayBeOpen(at: now)) {
        refusal = .windowExpired
    } else if entry.fallbackAt == nil {
        return .send(entry.outgoing.body, isFallback: false)
    } else {
        refusal = .expired
    }
    if entry.isFallbackUsed(in: window) { return .giveUp(.replaced) }
    guard let fallback = entry.outgoing.fallback else { return .giveUp(refusal) }
    return .send(.message(.template(fallback)), isFallback: true)
}

/// Returns the moment at which the plan for free-form content changes by itself, past which its retries must not wait; `nil` if
/// there is none.
public func textEnd(of entry: OutboxEntry, window: Window) -> Timestamp? {
    guard entry.outgoing.body.isFreeForm, entry.fallbackAt == nil else { return nil }
    return min(window.textEnd ?? entry.outgoing.textEnd, entry.outgoing.textEnd)
}
