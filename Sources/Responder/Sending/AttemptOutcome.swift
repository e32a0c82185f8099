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

    /// Creates a refusal; `text` must not contain a secret.
    public init(reason: Int? = nil, status: Int? = nil, text: String) {
        self.reason = reason
        self.status = status
        self.text = text
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

    /// Whether the provider has too much to do (HTTP 429 and 503), so that the other requests of the account should wait
    /// too.
    public var isTurnedAway: Bool {
        guard case .transient(let refusal, _) = self else { return false }
        return refusal.status == 429 || refusal.status == 503
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
    /// Creates the outcome for a `reason` other than 1, in an answer or in a later `system` hook.
    ///
    /// The table of reasons is in both `99digital-send-message.txt` and `019sms-send-message.md`.
    public init(reason: Int, status: Int? = nil, retryAfter: Duration? = nil) {
        func refusal(_ text: String) -> Refusal { Refusal(reason: reason, status: status, text: text) }
        switch reason {
        case 2:
            self = .accountFault(
                refusal("the provider does not know this account, or could not read the request (reason 2)"))
        case 3:
            self = .accountFault(refusal("the provider refused the API key (reason 3)"))
        case 4:
            self = .permanent(refusal("the contact's address is empty or malformed (reason 4)"))
        case 5:
            self = .permanent(refusal("the text is empty (reason 5)"))
        case 6:
            self = .transient(refusal("WhatsApp error, try again (reason 6)"), retryAfter: retryAfter)
        case 7:
            self = .windowShut(refusal("more than 24 hours since the contact's last message (reason 7)"))
        case 8:
            self = .windowShut(refusal("the contact has never written to this account (reason 8)"))
        default:
            self = .permanent(refusal("the provider refused it with the unknown reason \(reason)"))
        }
    }
}
