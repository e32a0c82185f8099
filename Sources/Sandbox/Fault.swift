public import JSONText
public import Providers
import Responder

/// A failure of sends that the sandbox imitates, as a provider, a network or WhatsApp itself might cause it.
public struct Fault: Sendable, Hashable {
    /// The kinds of failure.
    public enum Kind: Sendable, Hashable {
        /// The send is refused with this `reason`.
        case reason(Int)
        /// The answer has this HTTP status and no JSON. `retryAfter` is in seconds.
        case status(Int, retryAfter: Int?)
        /// The answer is correct, but late.
        case delay(Duration)
        /// The send is recorded, but never answered.
        case hang
        /// The connection is cut before the send is accepted.
        case reset
        /// The send is accepted, but the connection is cut instead of an answer.
        case lost
        /// The send is accepted, but the answer is no JSON.
        case garbled
        /// The answer is correct, but every number in it is a string.
        case strings
        /// The send is accepted, then reported as failed by a `system` hook with this reason.
        case late(Int)
    }

    /// The kind of failure.
    public var kind: Kind
    /// The number of sends that fail; `nil` if all do.
    public var times: Int?
    /// The contact whose sends fail; `nil` if those to any contact do.
    public var to: String?
    /// The kind of send that fails, `text` or `template`; `nil` if both do.
    public var only: String?

    /// Creates a fault, by default for the next send only.
    public init(_ kind: Kind, times: Int? = 1, to: String? = nil, only: String? = nil) {
        self.kind = kind
        self.times = times
        self.to = to
        self.only = only
    }

    /// Reads `{"reason": 6, "times": 2, "to": "9725…", "only": "text"}`; the first key may also be `status` (with
    /// `retry_after`), `delay`, `hang`, `reset`, `lost`, `garbled`, `strings` or `late`. `times: 0` means for ever.
    /// Returns `nil` if none of these keys is present.
    public init?(_ json: JSON) {
        if let reason = json["reason"]?.integer {
            kind = .reason(Int(clamping: reason))
        } else if let status = json["status"]?.integer, (200..<600).contains(status) {
            kind = .status(Int(status), retryAfter: json["retry_after"]?.integer.map { Int(clamping: $0) })
        } else if let delay = json["delay"]?.text.flatMap({ Duration(parsing: $0) }) {
            kind = .delay(delay)
        } else if let late = json["late"]?.integer {
            kind = .late(Int(clamping: late))
        } else if let flag = Self.flags.first(where: { json[$0.key] == .bool(true) }) {
            kind = flag.value
        } else {
            return nil
        }
        times = json["times"]?.integer.map { Int(clamping: $0) } ?? 1
        if times == 0 { times = nil }
        to = json["to"]?.text
        only = json["only"]?.text
    }

    private static let flags: [String: Kind] = [
        "hang": .hang, "reset": .reset, "lost": .lost, "garbled": .garbled, "strings": .strings,
    ]

    var json: JSON {
        var members: [String: JSON] = ["times": .count(times ?? 0)]
        switch kind {
        case .reason(let reason): members["reason"] = .count(reason)
        case .status(let status, let retryAfter):
            members["status"] = .count(status)
            if let retryAfter { members["retry_after"] = .count(retryAfter) }
        case .delay(let delay): members["delay"] = .string("\(delay.inMilliseconds)ms")
        case .late(let reason): members["late"] = .count(reason)
        case .hang: members["hang"] = .bool(true)
        case .reset: members["reset"] = .bool(true)
        case .lost: members["lost"] = .bool(true)
        case .garbled: members["garbled"] = .bool(true)
        case .strings: members["strings"] = .bool(true)
        }
        if let to { members["to"] = .string(to) }
        if let only { members["only"] = .string(only) }
        return .object(members)
    }
}
