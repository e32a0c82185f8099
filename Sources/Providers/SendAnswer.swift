import JSONText
public import Responder

/// The answer of a provider to a ``SendRequest``.
public struct SendAnswer: Sendable, Hashable {
    /// The HTTP status.
    public var status: Int
    /// The body, as it came.
    public var body: [UInt8]
    /// The time that the `Retry-After` header asks for; `nil` if there is none.
    public var retryAfter: Duration?

    /// Creates an answer from an HTTP response.
    public init(status: Int, body: [UInt8], retryAfter: Duration? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }

    /// The outcome that the answer means. The provider's own `reason` says more than the HTTP status and comes first.
    public var outcome: AttemptOutcome {
        let json = JSON(parsing: body)
        let ans = json?["ans"]
        let isOdd = if case .object? = ans ?? json { false } else { ans != nil }
        let inner = isOdd ? json : ans ?? json
        let reason = (inner?["reason"] ?? json?["reason"])?.integer.flatMap(Int.init(exactly:))
        if let reason, reason != 1 {
            // What may have been sent must not be sent again.
            let statuses = [inner?["status"], json?["status"]].compactMap { $0?.id?.uppercased() }
            let isTaken = statuses.isEmpty ? json?["success"]?.claim == true : statuses.contains("OK")
            return isTaken ? accepted(inner, [true, false], reason) : outcome(reason: reason)
        }
        // A message that the provider says it has taken must not be sent again, whatever the status says.
        let claims = claims(inner, json) + (isOdd ? [false] : [])
        if status >= 500, json == nil, mayHaveAccepted {
            return .unknown(Refusal(status: status, text: "the provider's answer can't be read"))
        }
        if claims.contains(true) { return accepted(inner, claims, reason) }
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

    /// Whether an answer that is no JSON has parts of one that accepts: it was cut short, or a warning stands before it.
    private var mayHaveAccepted: Bool {
        let text = String(decoding: body.prefix(4096), as: UTF8.self)
        return text.contains("\"unique\"") || text.contains("\"status\"")
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

    private func outcome(reason: Int) -> AttemptOutcome {
        AttemptOutcome(reason: reason, status: status, retryAfter: retryAfter)
    }
}
