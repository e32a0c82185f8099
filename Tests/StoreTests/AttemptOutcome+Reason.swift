import Responder

extension AttemptOutcome {
    /// Creates an outcome as the resellers' reasons mean it.
    init(reason: Int) {
        let refusal = Refusal(reason: reason, text: "reason \(reason)")
        self =
            switch reason {
            case 2, 3: .accountFault(refusal)
            case 6: .transient(refusal, retryAfter: nil)
            case 7, 8: .windowShut(refusal)
            default: .permanent(refusal)
            }
    }
}

extension DeliveryFailure {
    /// Creates a failure as the resellers report it.
    init(unique: String, contact: ReportedContact?, reason: Int) {
        self.init(unique: unique, contact: contact, outcome: AttemptOutcome(reason: reason))
    }
}
