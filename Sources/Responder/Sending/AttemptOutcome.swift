/// The outcome of one attempt to send; it decides the next step of the entry.
public enum AttemptOutcome: Sendable, Hashable {
    /// The provider accepted the request. `unique` is the provider's id of the message, `minutesLeft` its
    /// `templateTimeLeft` in minutes.
    case accepted(unique: String?, minutesLeft: Int?)
    /// Nothing was sent, and another attempt may succeed; `retryAfter` is the wait that the provider asked for, if it
    /// did.
    case transient(Refusal, retryAfter: Duration?)
    /// The provider will never accept this message.
    case permanent(Refusal)
    /// The provider accepts nothing from this account until a person corrects its configuration.
    case accountFault(Refusal)
    /// The 24-hour window is shut (reasons 7 and 8).
    case windowShut(Refusal)
    /// The message may have been sent or not.
    case unknown(Refusal)
    /// Nothing was sent: it was a dry run.
    case dryRun
}

/// The reason for which the provider did not accept a request, or the request did not reach it.
public struct Refusal: Sendable, Hashable {
    /// The provider's `reason`, if it gave one.
    public var reason: Int?
    /// The HTTP status, if one is known.
    public var status: Int?
    /// The event, in words for the person who has to act. Never contains a secret.
    public var text: String
    /// The part of the sending that is too fast for the provider; `nil` if the HTTP status alone tells.
    public var congestion: Congestion?
    /// The least time for which an account is left alone after a fault before it is tried again; `nil` for the usual one.
    public var rest: Duration?

    /// The parts of the sending that can be too fast.
    public enum Congestion: Sendable, Hashable {
        /// The account as a whole.
        case account
        /// The messages to this contact.
        case contact
    }

    /// Creates a refusal; `text` must not contain a secret.
    public init(
        reason: Int? = nil, status: Int? = nil, text: String, congestion: Congestion? = nil, rest: Duration? = nil
    ) {
        self.reason = reason
        self.status = status
        self.text = text
        self.congestion = congestion
        self.rest = rest
    }
}

extension AttemptOutcome {
    /// The kind of an outcome, in a word that logs, metrics and the database share.
    public enum Kind: String, Sendable, CaseIterable {
        /// Accepted, failed for now, or refused for good.
        case accepted, transient, permanent
        /// Refused because of the account.
        case accountFault = "account-fault"
        /// Refused because the 24-hour window is shut.
        case windowShut = "window-shut"
        /// Sent or not: the outcome is unknown.
        case unknown
        /// Not sent, because it was a dry run.
        case dryRun = "dry-run"
    }

    /// The kind of the outcome.
    public var kind: Kind {
        switch self {
        case .accepted: .accepted
        case .transient: .transient
        case .permanent: .permanent
        case .accountFault: .accountFault
        case .windowShut: .windowShut
        case .unknown: .unknown
        case .dryRun: .dryRun
        }
    }

    /// Whether the provider has too much to do with the account (HTTP 429 and 503, if it says no more), so that its other
    /// requests should wait too.
    public var isTurnedAway: Bool {
        guard case .transient(let refusal, _) = self else { return false }
        return refusal.congestion.map { $0 == .account } ?? (refusal.status == 429 || refusal.status == 503)
    }

    /// The reason for which the request was not accepted; `nil` if it was accepted or a dry run.
    public var refusal: Refusal? {
        switch self {
        case .accepted, .dryRun: nil
        case .transient(let refusal, _), .permanent(let refusal), .accountFault(let refusal),
            .windowShut(let refusal), .unknown(let refusal):
            refusal
        }
    }
}

extension AttemptOutcome {
    /// Creates the outcome of a kind that has a refusal; returns `nil` for the others.
    public init?(_ kind: Kind, _ refusal: Refusal) {
        switch kind {
        case .transient: self = .transient(refusal, retryAfter: nil)
        case .permanent: self = .permanent(refusal)
        case .accountFault: self = .accountFault(refusal)
        case .windowShut: self = .windowShut(refusal)
        case .unknown: self = .unknown(refusal)
        case .accepted, .dryRun: return nil
        }
    }
}
