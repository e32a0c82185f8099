import JSONText
import SeededRandom
import Daemon
import Providers
import Responder

/// The true state of the provider: its windows, the sends that it has accepted, and its faults.
final class SimulatedProvider: @unchecked Sendable {
    /// A send that the provider has accepted.
    struct Acceptance {
        var account: String
        var contact: String
        var isText: Bool
        /// The text, or the template's variables, which name the message that is answered.
        var content: String
        var at: Duration
        var unique: String
        /// The mark of the attempt, at a provider that gives it back.
        var mark: String?
        /// Whether replyd has answered 200 to a report on it.
        var isReported = false
        /// Whether it turned out later that it never arrived.
        var hasFailed = false
    }

    let time: SimulatedTime
    let random: SharedRandom
    /// Whether it speaks as Meta does.
    let isMeta: Bool
    /// The events of the next webhook.
    var waiting: [Event] = []
    /// Posts a webhook with several events.
    var postBatch: (_ events: [Event]) -> Void = { _ in }
    /// Posts a webhook.
    var post: (_ account: String, _ hook: [String: JSON]) -> Void = { _, _ in }
    /// Whether anything goes wrong.
    var isFaulty = true
    /// The uptime until which the accounts' keys are refused.
    var refusesUntil = Duration.zero
    private(set) var accepted: [Acceptance] = []
    /// The number of text requests of which replyd was told that the window is shut, by their content. What a lost answer
    /// or an error of the provider's has hidden, nobody can know.
    private(set) var refusedTexts: [String: Int] = [:]
    /// The end of the window, by account and contact.
    private var windows: [String: Timestamp] = [:]
    private var lastUnique = 0

    init(time: SimulatedTime, random: SharedRandom, isMeta: Bool) {
        self.isMeta = isMeta
        self.time = time
        self.random = random
    }

    /// Opens the window: a contact has written.
    func recordMessage(account: String, contact: String) {
        windows["\(account) \(contact)"] = time.trueNow + Window.length
    }

    /// Whether text to the contact is allowed.
    func isOpen(_ account: String, _ contact: String) -> Bool {
        windows["\(account) \(contact)"].map { time.trueNow < $0 } ?? false
    }

    /// Adds an accepted send; returns its place.
    func add(_ acceptance: Acceptance) -> Int {
        accepted.append(acceptance)
        return accepted.count - 1
    }

    func markFailed(_ place: Int) { accepted[place].hasFailed = true }

    func markReported(_ place: Int) { accepted[place].isReported = true }

    func makeUnique() -> String {
        lastUnique += 1
        return "P\(lastUnique)"
    }

    func receive(_ request: SendRequest, timeout: Duration, answer: @escaping (AttemptOutcome) -> Void) {
        let fault = isFaulty ? random.draw { Fault.drawn(&$0) } : .none
        if fault == .notSent {
            return time.after(.milliseconds(20)) {
                answer(.transient(Refusal(text: "can't be reached"), retryAfter: nil))
            }
        }
        let (way, back) = random.draw {
            ($0.span(.milliseconds(1), .milliseconds(300)), $0.span(.milliseconds(1), .milliseconds(300)))
        }
        let arrival = fault == .slow ? way + random.draw { $0.span(.zero, timeout * 2) } : way
        let start = time.uptime
        time.after(arrival) { [self] in
            let outcome = isMeta ? processAtMeta(request, fault) : process(request, fault)
            let end = start + timeout
            // An answer after the time limit reaches nobody.
            guard let outcome, time.uptime + back < end else {
                return time.after(end - time.uptime) { answer(.unknown(Refusal(text: "no answer came"))) }
            }
            if outcome.kind == .windowShut {
                refusedTexts[Self.text(of: request), default: 0] += 1
            }
            time.after(back) { answer(outcome) }
        }
    }

    private static func text(of request: SendRequest) -> String {
        (request.body["text"]?["body"] ?? request.body["body"])?.text ?? ""
    }

    /// Processes a request; returns `nil` if the answer is lost.
    private func process(_ request: SendRequest, _ fault: Fault) -> AttemptOutcome? {
        func answered(_ status: Int, _ body: String) -> AttemptOutcome {
            SendAnswer(status: status, body: Array(body.utf8)).outcome
        }
        if time.uptime < refusesUntil { return answered(200, #"{"status":"FAIL","reason":3}"#) }
        switch fault {
        case .requestLost: return nil
        case .hiccup: return answered(200, #"{"status":"FAIL","reason":6}"#)
        case .serverError: return answered(503, "")
        case .refused: return answered(200, #"{"status":"FAIL","reason":42}"#)
        case .gateway where random.draw({ $0.chance(0.5) }): return answered(502, "")
        default: break
        }
        let answer = request.url.hasSuffix("getTimers") ? timers(request) : accept(request)
        switch fault {
        case .answerLost: return nil
        case .garbled: return answered(200, "<html>")
        case .gateway: return answered(502, "")
        default: return answered(200, answer)
        }
    }

    /// Tells for how long the window of a contact is open.
    private func timers(_ request: SendRequest) -> String {
        let end = windows["\(request.body["from"]?.text ?? "") \(request.body["number"]?.text ?? "")"]
        let left = end.map { max(Int(($0 - time.trueNow).components.seconds) / 60, 0) } ?? 0
        return #"{"status":"OK","reason":1,"templateTimeLeft":"\#(left)"}"#
    }

    private func accept(_ request: SendRequest) -> String {
        let account = request.body["from"]?.text ?? ""
        let contact = request.body["to"]?.text ?? ""
        let text = request.body["body"]?.text
        let content = text ?? request.body["bodyVariable1"]?.text ?? ""
        let end = windows["\(account) \(contact)"]
        if text != nil, end.map({ time.trueNow >= $0 }) ?? true {
            return #"{"status":"FAIL","reason":7}"#
        }
        let unique = makeUnique()
        accepted.append(
            Acceptance(
                account: account, contact: contact, isText: text != nil, content: content, at: time.uptime,
                unique: unique))
        followUp(accepted.count - 1)
        let left = end.map { max(Int(($0 - time.trueNow).components.seconds) / 60, 0) } ?? 0
        return #"{"status":"OK","reason":1,"unique":"\#(unique)","templateTimeLeft":\#(left)}"#
    }

    /// Reports by webhook how the send went on; some reports overtake the answer to the send.
    private func followUp(_ place: Int) {
        let acceptance = accepted[place]
        if isFaulty, random.draw({ $0.chance(0.04) }) {
            accepted[place].hasFailed = true
            let reason = random.draw { $0.one(of: [6, 7, 8, 42]) }
            let delay = random.draw { $0.span(.zero, .minutes(10)) }
            return time.after(delay) { [self] in
                post(
                    acceptance.account,
                    [
                        "hook": "system", "type": "messages", "unique": .string(acceptance.unique),
                        "messageTo": .string(acceptance.contact), "messageUpdate": .integer(Int64(reason)),
                    ])
            }
        }
        for ack in 1...3 where random.draw({ $0.chance(0.7) }) {
            let delay = random.draw { $0.span(.zero, .minutes(5)) }
            time.after(delay) { [self] in
                post(
                    acceptance.account,
                    [
                        "hook": "update", "unique": .string(acceptance.unique), "from": .string(acceptance.contact),
                        "ack": .integer(Int64(ack)),
                    ])
            }
        }
    }

    /// A fault of one request.
    enum Fault {
        case none, notSent, requestLost, answerLost, garbled, gateway, hiccup, serverError, refused, slow

        static func drawn(_ random: inout SeededRandom) -> Fault {
            guard random.chance(0.3) else { return .none }
            return random.one(of: [
                .notSent, .requestLost, .answerLost, .garbled, .gateway, .hiccup, .hiccup, .serverError, .refused,
                .slow,
            ])
        }
    }
}

/// The way from one run of replyd to the provider.
struct SimulatedCarrier: Carrier {
    let provider: SimulatedProvider
    let run: ProcessRun

    func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome {
        await withCheckedContinuation { continuation in
            let cutOff = AttemptOutcome.unknown(Refusal(text: "cut off"))
            if run.isOver { return continuation.resume(returning: cutOff) }
            let isFirst = run.once { continuation.resume(returning: cutOff) }
            provider.receive(request, timeout: timeout) { outcome in
                if isFirst() { continuation.resume(returning: outcome) }
            }
        }
    }

    func post(_ json: String, to link: String) async -> AttemptOutcome { .accepted(unique: nil, minutesLeft: nil) }

    func record(of request: SendRequest) -> String? { nil }

    func close() {}
}
