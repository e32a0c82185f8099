import JSONText
package import Responder

extension SendAnswer {
    /// The outcome of a message that a reseller answers so.
    package var outcome: AttemptOutcome { outcome(.messages) }

    /// Returns the outcome that the answer means. The provider's own `reason` says more than the HTTP status and comes
    /// first.
    ///
    /// - Parameter table: The meanings of `reason` in answers to this call.
    func outcome(_ table: ReasonTable) -> AttemptOutcome {
        let json = JSON(parsing: body)
        let ans = json?["ans"]
        let isOdd = if case .object? = ans ?? json { false } else { ans != nil }
        let inner = isOdd ? json : ans ?? json
        let reason = (inner?["reason"] ?? json?["reason"])?.integer.flatMap(Int.init(exactly:))
        if let reason, reason != 1 {
            // What may have been sent must not be sent again.
            let statuses = [inner?["status"], json?["status"]].compactMap { $0?.id?.uppercased() }
            let isTaken = statuses.isEmpty ? json?["success"]?.claim == true : statuses.contains("OK")
            return isTaken ? accepted(inner, [true, false], reason) : outcome(reason: reason, table)
        }
        // A message that the provider says it has taken must not be sent again, whatever the status says.
        let claims = claims(inner, json)
        if claims.contains(true) { return accepted(inner, claims + (isOdd ? [false] : []), reason) }
        let mayHaveAccepted = !claims.contains(false) && holdsAcceptance || json == nil && status >= 500 && holdsAnswer
        if mayHaveAccepted {
            return .unknown(Refusal(status: status, text: "the provider's answer can't be read"))
        }
        switch status {
        case 200..<300:
            return unaccepted(isOdd ? nil : inner, isOdd ? nil : json)
        case 401, 403:
            return .accountFault(
                Refusal(reason: reason, status: status, text: "the provider refused the credential (HTTP \(status))"))
        case 300..<400, 404, 405:
            let text = "the provider has no such call here (HTTP \(status)): check `base_url`"
            return .accountFault(Refusal(reason: reason, status: status, text: text))
        case 502, 504:
            // A gateway answered: the server behind it may have taken the request.
            return .unknown(
                Refusal(reason: reason, status: status, text: "the provider's gateway answered HTTP \(status)"))
        case 408, 429, 500...:
            let text = "the provider answered HTTP \(status)"
            return .transient(Refusal(reason: reason, status: status, text: text), retryAfter: retryAfter)
        default:
            return .permanent(Refusal(reason: reason, status: status, text: "the provider answered HTTP \(status)"))
        }
    }

    /// What each part of the answer says about whether the provider has taken the message; parts that say nothing are
    /// left out.
    private func claims(_ inner: JSON?, _ json: JSON?) -> [Bool] {
        guard let inner, case .object = inner else { return [] }
        let claims =
            [
                inner["status"].map { $0.id?.uppercased() == "OK" },
                json?["status"].map { $0.id?.uppercased() == "OK" },
                json?["success"].map { $0.claim == true },
            ] + [inner["reason"], json?["reason"]].map { $0?.isNothing ?? true ? nil : $0?.integer == 1 }
        return claims.compactMap(\.self)
    }

    /// Whether the body holds a part that only an accepting answer has: it was cut short, a warning stands before it, or
    /// it is wrapped into something else.
    private var holdsAcceptance: Bool {
        compactText.contains(/"STATUS":"OK"|"UNIQUE":"[^"]|"REASON":"?1[^0-9]/)
    }

    /// Whether the body holds the names of members that answers to sends have.
    private var holdsAnswer: Bool { compactText.contains(/"(UNIQUE|STATUS)"/) }

    /// The body in ASCII capitals, without spaces, and without the backslashes of a text within JSON.
    private var compactText: String {
        let bytes = body.lazy.filter { $0 > 0x20 && $0 != 0x5C }.map { byte -> UInt8 in
            switch byte {
            case 0x61...0x7A: byte - 0x20
            case 0x80...: 0x3F
            default: byte
            }
        }
        return String(decoding: Array(bytes), as: UTF8.self)
    }

    private func accepted(_ inner: JSON?, _ claims: [Bool], _ reason: Int?) -> AttemptOutcome {
        // Half of a yes is none: a message that was not sent must not count as sent, and one that may have been sent
        // must not be sent again.
        guard !claims.contains(false) else {
            return .unknown(Refusal(reason: reason, status: status, text: "the provider's answer contradicts itself"))
        }
        return .accepted(
            unique: inner?["unique"]?.id, minutesLeft: inner?["templateTimeLeft"]?.integer.flatMap(Int.init(exactly:))
        )
    }

    private func unaccepted(_ inner: JSON?, _ json: JSON?) -> AttemptOutcome {
        guard inner?["status"]?.id?.uppercased() == "FAIL" || json?["success"]?.claim == false else {
            return .unknown(Refusal(status: status, text: "the provider's answer can't be read"))
        }
        return .permanent(Refusal(status: status, text: "the provider refused it and gave no reason"))
    }

    private func outcome(reason: Int, _ table: ReasonTable) -> AttemptOutcome {
        table.outcome(reason: reason, status: status, retryAfter: retryAfter)
    }
}
