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
    /// The word that logs, metrics and the database have for it.
    public enum Kind: String, Sendable, CaseIterable {
        case accepted, transient, permanent
        case accountFault = "account-fault"
        case windowShut = "window-shut"
        case unknown
        case dryRun = "dry-run"
    }

    /// Its kind.
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

extension AttemptOutcome {
    /// What a `reason` other than 1 means, in an answer or in a later `system` hook.
    ///
    /// The table stands in both `99digital-send-message.txt` and `019sms-send-message.md`.
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
