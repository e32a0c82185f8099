import JSONText
import Providers
import Responder
import SeededRandom

/// What is particular to Meta: its words, batches of events, and marks that come back.
extension SimulatedProvider {
    static let line = "112233"

    /// The business-scoped id of a contact.
    static func id(of contact: String) -> String { "IL.\(contact.suffix(4))x" }

    /// Returns the contact of a number or an id.
    private static func contact(of address: String) -> String {
        address.hasPrefix("IL.") ? "97250000\(address.dropFirst(3).prefix(4))" : address
    }

    /// Processes a request; returns `nil` if the answer is lost.
    func processAtMeta(_ request: SendRequest, _ fault: Fault) -> AttemptOutcome? {
        func answered(_ status: Int, _ body: String) -> AttemptOutcome {
            request.outcome(of: SendAnswer(status: status, body: Array(body.utf8)))
        }
        func refused(_ code: Int) -> AttemptOutcome { answered(400, #"{"error":{"code":\#(code)}}"#) }
        if time.uptime < refusesUntil { return refused(190) }
        switch fault {
        case .requestLost: return nil
        case .hiccup: return refused(random.draw { $0.one(of: [130429, 131056, 80007, 4]) })
        case .refused: return refused(random.draw { $0.one(of: [131026, 100, 131049]) })
        // Whether it has gone out nobody can tell.
        case .serverError where random.draw({ $0.chance(0.5) }): return refused(131000)
        case .gateway where random.draw({ $0.chance(0.5) }): return answered(502, "")
        default: break
        }
        let (status, answer) = acceptAtMeta(request)
        switch fault {
        case .answerLost: return nil
        case .garbled: return answered(200, "<html>")
        case .gateway: return answered(502, "")
        case .serverError: return refused(131000)
        default: return answered(status, answer)
        }
    }

    private func acceptAtMeta(_ request: SendRequest) -> (Int, String) {
        let address = request.body["to"]?.text ?? request.body["recipient"]?.text ?? ""
        let contact = Self.contact(of: address)
        let text = request.body["text"]?["body"]?.text
        var variable: JSON?
        if case .array(let components)? = request.body["template"]?["components"],
            case .array(let parameters)? = components.first?["parameters"]
        {
            variable = parameters.first?["text"]
        }
        let content = text ?? variable?.text ?? ""
        guard text == nil || isOpen(Simulation.account, contact) else {
            return (400, #"{"error":{"code":131047}}"#)
        }
        let unique = makeUnique()
        let mark = request.body["biz_opaque_callback_data"]?.text
        let place = add(
            Acceptance(
                account: Simulation.account, contact: contact, isText: text != nil, content: content,
                at: time.uptime, unique: unique, mark: mark))
        reportAtMeta(place)
        return (200, #"{"messages":[{"id":"\#(unique)"}]}"#)
    }

    /// Reports by webhook how the send went on; some reports overtake the answer to the send.
    private func reportAtMeta(_ place: Int) {
        let acceptance = accepted[place]
        func status(_ word: String, code: Int? = nil) -> JSON {
            var members: [String: JSON] = ["id": .string(acceptance.unique), "status": .string(word)]
            members["biz_opaque_callback_data"] = acceptance.mark.map(JSON.string)
            // Not every status names the contact.
            if random.draw({ $0.chance(0.7) }) { members["recipient_id"] = .string(acceptance.contact) }
            if let code { members["errors"] = .array([.object(["code": .integer(Int64(code))])]) }
            return .object(members)
        }
        if isFaulty, random.draw({ $0.chance(0.04) }) {
            markFailed(place)
            let code = random.draw { $0.one(of: [131047, 131047, 131026, 131000, 130429]) }
            return time.after(random.draw { $0.span(.zero, .minutes(10)) }) { [self] in
                batch(Event(status: status("failed", code: code), acceptance: place))
            }
        }
        for word in ["sent", "delivered", "read"] where random.draw({ $0.chance(0.7) }) {
            time.after(random.draw { $0.span(.zero, .minutes(5)) }) { [self] in
                batch(Event(status: status(word), acceptance: place))
            }
        }
    }

    /// One part of a webhook.
    struct Event {
        var message: JSON?
        var status: JSON?
        var echo: JSON?
        /// The number of the message that was written.
        var written: Int?
        /// The place of the send that it is about.
        var acceptance: Int?

        init(message: JSON? = nil, status: JSON? = nil, echo: JSON? = nil, written: Int? = nil, acceptance: Int? = nil)
        {
            self.message = message
            self.status = status
            self.echo = echo
            self.written = written
            self.acceptance = acceptance
        }
    }

    /// Puts an event into the next webhook, which leaves after a while.
    func batch(_ event: Event) {
        waiting.append(event)
        guard waiting.count == 1 else { return }
        let delay = random.draw { $0.chance(0.5) ? .zero : $0.span(.zero, .seconds(20)) }
        time.after(delay) { [self] in
            let events = waiting
            waiting = []
            postBatch(events)
        }
    }

    /// Returns the body of a webhook with these events.
    static func body(_ events: [Event]) -> [String: JSON] {
        func change(_ field: String, _ members: [String: JSON]) -> JSON {
            var value = members
            value["metadata"] = .object(["phone_number_id": .string(line)])
            return .object(["field": .string(field), "value": .object(value)])
        }
        var changes: [JSON] = []
        let (messages, statuses) = (events.compactMap(\.message), events.compactMap(\.status))
        // Messages and statuses come in changes of their own, or together.
        if events.count.isMultiple(of: 2) {
            changes.append(change("messages", ["messages": .array(messages), "statuses": .array(statuses)]))
        } else {
            changes.append(change("messages", ["statuses": .array(statuses)]))
            changes.append(change("messages", ["messages": .array(messages)]))
        }
        let echoes = events.compactMap(\.echo)
        if !echoes.isEmpty { changes.append(change("smb_message_echoes", ["message_echoes": .array(echoes)])) }
        return ["entry": .array([.object(["changes": .array(changes)])])]
    }
}
