public import Responder

/// A decision as the database keeps it.
public struct StoredDecision: Sendable, Hashable {
    /// The reason of a stored decision.
    public enum Reason: Sendable, Hashable {
        /// A reason that this version knows.
        case known(Decision.Reason)
        /// A word that this version does not know.
        case unknown(String)

        /// Creates a reason from its word.
        public init(word: String) {
            self = Decision.Reason(rawValue: word).map(Reason.known) ?? .unknown(word)
        }

        /// The word for the reason in the database.
        public var word: String {
            switch self {
            case .known(let reason): reason.rawValue
            case .unknown(let word): word
            }
        }
    }

    /// The rule that answered or kept silent; `nil` if none did.
    public var rule: String?
    /// The kind of answer that the contact got.
    public var outcome: Decision.Outcome
    /// The reason, in a word.
    public var reason: Reason
    /// The reason in a sentence.
    public var because: String
    /// The revision of the rules that decided.
    public var revision: String
    /// The moment of the decision.
    public var decidedAt: Timestamp

    /// Creates a stored decision; `because` is empty by default.
    public init(
        rule: String?, outcome: Decision.Outcome, reason: Reason, because: String = "", revision: String,
        decidedAt: Timestamp
    ) {
        self.rule = rule
        self.outcome = outcome
        self.reason = reason
        self.because = because
        self.revision = revision
        self.decidedAt = decidedAt
    }
}
