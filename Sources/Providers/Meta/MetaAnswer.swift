import JSONText
import Responder

/// An answer of Meta's Cloud API, and the errors that it shares with statuses.
struct MetaAnswer {
    private let answer: SendAnswer

    init(_ answer: SendAnswer) { self.answer = answer }

    /// The outcome that the answer means. The code decides, not the HTTP status or a title.
    var outcome: AttemptOutcome {
        let json = JSON(parsing: answer.body)
        let unique = json?["messages"]?.first?["id"]?.id
        if let error = json?["error"], case .object = error {
            // What may have been sent must not be sent again.
            if unique != nil { return unknown("the provider's answer contradicts itself") }
            if let outcome = Self.outcome(of: error, answer) { return outcome }
        } else if let unique, (200..<300).contains(answer.status) {
            return .accepted(unique: unique, minutesLeft: nil)
        }
        switch answer.status {
        case 200..<300: return unknown("the provider's answer can't be read")
        case 401, 403:
            return .accountFault(refusal("the provider refused the credential (HTTP \(answer.status))"))
        case 300..<400, 404, 405:
            return .accountFault(
                refusal(
                    "the provider has no such call here (HTTP \(answer.status)): check `base_url` and `graph_version`"))
        case 429:
            return .transient(
                refusal("the provider answered HTTP 429", congestion: .account), retryAfter: answer.retryAfter)
        case 408, 500...: return unknown("the provider answered HTTP \(answer.status)")
        default: return .permanent(refusal("the provider answered HTTP \(answer.status)"))
        }
    }

    private func unknown(_ text: String) -> AttemptOutcome { .unknown(refusal(text)) }

    private func refusal(_ text: String, congestion: Refusal.Congestion? = nil) -> Refusal {
        Refusal(status: answer.status, text: text, congestion: congestion)
    }

    /// Returns the outcome of an error in an answer, or in a `failed` status, which has no answer; `nil` if the error has
    /// no code.
    static func outcome(of error: JSON, _ answer: SendAnswer? = nil) -> AttemptOutcome? {
        guard let code = error["code"]?.integer.flatMap(Int.init(exactly:)) else { return nil }
        let known = MetaCode.code(code, subcode: error["error_subcode"]?.integer.flatMap(Int.init(exactly:)))
        var text = "\(known?.text ?? "Meta refused it with an unknown code") (code \(code)"
        if let trace = error["fbtrace_id"]?.id { text += ", trace \(trace)" }
        text += ")"
        func refusal(_ congestion: Refusal.Congestion? = nil, rest: Duration? = nil) -> Refusal {
            Refusal(reason: code, status: answer?.status, text: text, congestion: congestion, rest: rest)
        }
        switch known?.kind {
        case .account(let rest)?: return .accountFault(refusal(rest: rest))
        case .tooFast?: return .transient(refusal(.account), retryAfter: answer?.retryAfter)
        case .tooFastForContact?: return .transient(refusal(.contact), retryAfter: answer?.retryAfter)
        case .doubtful? where answer == nil:
            // A status tells of what became of the message: it did not get through.
            return .permanent(refusal())
        case .doubtful?: return .unknown(refusal())
        case .windowShut?: return .windowShut(refusal())
        case .never?:
            // What exactly is wrong with the request: our own words and Meta's names of fields.
            if let details = error["error_data"]?["details"]?.text ?? error["error_data"]?.text, !details.isEmpty {
                text += ": \(details.detail)"
            }
            return .permanent(refusal())
        case nil where answer?.status == 429:
            return .transient(refusal(.account), retryAfter: answer?.retryAfter)
        case nil where error["is_transient"]?.claim == true || answer.map { $0.status >= 500 } ?? false:
            return .unknown(refusal())
        case nil: return .permanent(refusal())
        }
    }
}
