/// What became of one attempt to send, and so what is to be done.
public enum AttemptOutcome: Sendable, Hashable {
    /// The provider took it. `unique` is its id there, `minutesLeft` its `templateTimeLeft`.
    case accepted(unique: String?, minutesLeft: Int?)
    /// Nothing was sent, and trying again may help; the provider may have said how long to wait.
    case transient(Refusal, retryAfter: Duration?)
    /// This message will never be taken.
    case permanent(Refusal)
    /// Nothing of this account will be taken until somebody mends its configuration.
    case accountFault(Refusal)
    /// The 24-hour window is shut (reasons 7 and 8).
    case windowShut(Refusal)
    /// It may have been sent or not.
    case unknown(Refusal)
    /// Dry run: nothing left.
    case dryRun
}

/// Why the provider, or the way to it, did not take a request.
public struct Refusal: Sendable, Hashable {
    /// The provider's `reason`.
    public var reason: Int?
    /// The HTTP status.
    public var status: Int?
    /// What happened, in words for the person who has to act. Never a secret.
    public var text: String

    /// Makes a refusal of its parts.
    public init(reason: Int? = nil, status: Int? = nil, text: String) {
        self.reason = reason
        self.status = status
        self.text = text
    }
}

extension AttemptOutcome {
    /// The outcome's class in a word that logs, metrics and the database share.
    public var name: String {
        switch self {
        case .accepted: "accepted"
        case .transient: "transient"
        case .permanent: "permanent"
        case .accountFault: "account-fault"
        case .windowShut: "window-shut"
        case .unknown: "unknown"
        case .dryRun: "dry-run"
        }
    }

    /// Why it was not accepted.
    public var refusal: Refusal? {
        switch self {
        case .accepted, .dryRun: nil
        case .transient(let refusal, _), .permanent(let refusal), .accountFault(let refusal),
            .windowShut(let refusal), .unknown(let refusal):
            refusal
        }
    }
}
