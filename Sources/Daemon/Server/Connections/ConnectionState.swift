import DequeModule
import HTTPTypes
import NIOHTTPTypes

/// Decides what one connection does about all that happens to it: requests that come, answers that go, time that passes.
///
/// Knows no channel and no clock. A method is an event and returns what has to be done about it, in order. The state has
/// changed by then, so that an event that an action leads to finds it as it is.
///
/// One request is in flight at a time. Parts of requests behind it are held: passed on at once, they would be executed
/// even if its answer ends the connection.
struct ConnectionState {
    private enum Phase {
        case unopened
        case open(Exchange)
        /// Nothing more is taken or said; the client may still read and hang up.
        case shut
        case ended
    }

    /// What client and responder are about.
    private enum Exchange {
        /// Nothing has come yet.
        case fresh
        case idle
        case readingHead
        case inFlight(Reading, Answer)
        /// A request had its answer before its body was whole; the responder drops the rest.
        case discarding
        /// Nothing more is taken. The refusal follows the answer in flight; `nil` if that answer is the refused request's
        /// own, which leaves no more to say.
        case refusing(ConnectionRefusal?, Answer)
    }

    /// How far the client is while a request is in flight.
    private enum Reading {
        case body
        case whole
        /// Bytes of the next request have come, but not its whole head.
        case nextHead
    }

    private enum Answer {
        case awaited
        case writing(isLast: Bool)
    }

    private var phase = Phase.unopened
    /// What has come behind the request in flight, from a head on.
    private var held = Deque<HTTPRequestPart>()
    /// Somebody has asked for more while parts were held: without that, a client could fill the memory with them.
    private var isReadHeld = false
    private var isWritable = true
    /// The deadline that runs while answers are read; one that lies unread has a deadline of its own.
    private var deadline: Deadline?
    private var farewell = Deadline.farewell
    /// Follows the answers to what is held: whole requests that came before the one that is refused have theirs.
    private var lastRefusal: ConnectionRefusal?
    /// The request in flight asks for its answer to be the last.
    private var isLastRequest = false
    /// The request in flight is a `HEAD`: the body of its answer must not be sent, for the client would take it for the
    /// next answer.
    private(set) var wantsHeadAlone = false
    /// The client sends nothing more, and the responder hears of it behind what is held.
    private var isInputClosed = false

    /// Whether parts of requests are still taken from the client.
    var takesRequests: Bool { passesRequests && lastRefusal == nil }

    /// Whether requests that have come are still given to the responder.
    var passesRequests: Bool {
        switch phase {
        case .open(.refusing), .shut, .ended: false
        case .open, .unopened: true
        }
    }

    /// Whether only the client is waited for, to hang up.
    var isSayingFarewell: Bool {
        if case .shut = phase { true } else { false }
    }

    // MARK: Connection

    mutating func opened() -> [Action] {
        guard case .unopened = phase else { return [] }
        phase = .open(.fresh)
        // A connection is opened to say something.
        return [.join] + arm(.request)
    }

    mutating func inputClosed() -> [Action] {
        if isSayingFarewell { return [.notifyDisconnection, .close] }
        isInputClosed = true
        return held.isEmpty ? [.notifyDisconnection, .passInputClosed] : [.notifyDisconnection]
    }

    mutating func ended() -> [Action] {
        if case .ended = phase { return [] }
        phase = .ended
        held = []
        return [.disarm, .notifyDisconnection, .leave]
    }

    // MARK: Requests

    /// Bytes have come that are not parsed yet: of a head that trickles the parser says nothing until it is whole. `nil` if
    /// they are to be dropped.
    mutating func receivedBytes() -> [Action]? {
        switch phase {
        case .open(.fresh):
            phase = .open(.readingHead)
            // Its time has run since the connection was opened.
            return [.wait]
        case .open(.idle):
            phase = .open(.readingHead)
            deadline = .request
            return isWritable ? [.wait, .arm(.request)] : [.wait]
        case .open(.inFlight(.whole, let answer)) where takesRequests && held.isEmpty:
            phase = .open(.inFlight(.nextHead, answer))
            return arm(.request)
        case .open where takesRequests:
            return []
        case .open, .unopened, .shut, .ended:
            return nil
        }
    }

    mutating func received(_ part: HTTPRequestPart) -> [Action] {
        guard takesRequests, case .open(let exchange) = phase else { return [] }
        guard held.isEmpty else { return hold(part) }
        switch (part, exchange) {
        case (.head, .inFlight):
            return hold(part)
        case (.head, _):
            return begin(part) + [.pass(part)]
        case (.body, .inFlight), (.end, _):
            return [.admit(part)]
        case (.body, _):
            return [.pass(part)]
        }
    }

    /// There is room for a part: the reply to ``Action/admit(_:)``.
    mutating func admitted(_ part: HTTPRequestPart) -> [Action] {
        guard passesRequests, case .open(let exchange) = phase else { return [] }
        switch (part, exchange) {
        case (.end, .inFlight(_, let answer)):
            phase = .open(.inFlight(.whole, answer))
            deadline = nil
            return isWritable ? [.disarm, .pass(part)] : [.pass(part)]
        case (.end, _):
            return becomeIdle() + [.pass(part)]
        default:
            return [.pass(part)]
        }
    }

    /// Somebody asks for more from the client.
    mutating func requestedRead() -> [Action] {
        if held.isEmpty { return [.read] }
        isReadHeld = true
        return []
    }

    private mutating func hold(_ part: HTTPRequestPart) -> [Action] {
        held.append(part)
        // A request that waits for us has all the time it takes us.
        if case .head = part { return disarm() }
        return []
    }

    private mutating func begin(_ part: HTTPRequestPart) -> [Action] {
        phase = .open(.inFlight(.body, .awaited))
        guard case .head(let head) = part else { return [] }
        wantsHeadAlone = head.method == .head
        isLastRequest = head.headerFields[values: .connection].contains { field in
            field.utf8.split { [UInt8(ascii: ","), UInt8(ascii: " "), UInt8(ascii: "\t")].contains($0) }.contains {
                $0.count == 5 && zip($0, "close".utf8).allSatisfy { $0 | 0x20 == $1 }
            }
        }
        return head.headerFields[.expect]?.lowercased() == "100-continue" ? [.invite] : []
    }

    // MARK: Answers

    /// The responder writes a part of an answer. `nil` if it must not be written; else the part is written first.
    mutating func answered(_ part: HTTPResponsePart) -> [Action]? {
        switch (part, phase) {
        case (_, .shut), (_, .ended):
            return nil
        case (.head(let head), .open(let exchange)):
            beginAnswer(isLast: head.headerFields[.connection] == "close", exchange)
            return []
        case (.end, .open(let exchange)):
            return endAnswer(exchange)
        case (_, .open), (_, .unopened):
            return []
        }
    }

    private mutating func beginAnswer(isLast: Bool, _ exchange: Exchange) {
        switch exchange {
        case .inFlight(let reading, _): phase = .open(.inFlight(reading, .writing(isLast: isLast)))
        case .refusing(let refusal, _): phase = .open(.refusing(refusal, .writing(isLast: isLast)))
        case .fresh, .idle, .readingHead, .discarding: break
        }
    }

    private mutating func endAnswer(_ exchange: Exchange) -> [Action] {
        switch exchange {
        case .inFlight(_, .writing(isLast: true)), .refusing(_, .writing(isLast: true)), .refusing(nil, _):
            return [.flush] + shut()
        case .inFlight where isLastRequest:
            return [.flush] + shut()
        case .refusing(let refusal?, _):
            return [.refuse(refusal)] + shut()
        case .inFlight(.body, _):
            phase = .open(.discarding)
            return []
        case .inFlight where !held.isEmpty:
            return takeHeld()
        case .inFlight(.whole, _):
            if let lastRefusal { return [.refuse(lastRefusal)] + shut() }
            return becomeIdle()
        case .inFlight(.nextHead, _):
            phase = .open(.readingHead)
            return []
        case .fresh, .idle, .readingHead, .discarding:
            return []
        }
    }

    /// Takes the first of the requests that are held, as far as it has come.
    private mutating func takeHeld() -> [Action] {
        var actions: [Action] = []
        while let part = held.popFirst() {
            if case .head = part {
                actions += begin(part) + arm(.request) + [.pass(part)]
            } else {
                actions.append(.admit(part))
            }
            if case .end = part { break }
        }
        actions.append(.passReadComplete)
        guard held.isEmpty else { return actions }
        if isInputClosed { actions.append(.passInputClosed) }
        if isReadHeld {
            isReadHeld = false
            actions.append(.read)
        }
        return actions
    }

    private mutating func becomeIdle() -> [Action] {
        phase = .open(.idle)
        deadline = .idle
        return isWritable ? [.wait, .arm(.idle)] : [.wait]
    }

    // MARK: Time and memory

    mutating func changedWritability(isWritable: Bool) -> [Action] {
        let wasWritable = self.isWritable
        self.isWritable = isWritable
        guard isWritable != wasWritable, case .open = phase else { return [] }
        return [isWritable ? deadline.map(Action.arm) ?? .disarm : .arm(.unread)]
    }

    /// Lets a deadline run from now on, or from when the client has read what lies there.
    private mutating func arm(_ deadline: Deadline) -> [Action] {
        self.deadline = deadline
        return isWritable ? [.arm(deadline)] : []
    }

    private mutating func disarm() -> [Action] {
        deadline = nil
        return isWritable ? [.disarm] : []
    }

    mutating func passed(_ deadline: Deadline) -> [Action] {
        switch (deadline, phase) {
        case (.request, .open(.fresh)), (.idle, .open):
            return shut()
        case (.request, .open):
            return refuse(.tooSlow)
        // A client that reads slowly reads.
        case (.unread, .open) where !isWritable:
            phase = .shut
            held = []
            return [.close]
        case (.farewell, .shut), (.hastyFarewell, .shut):
            return [.close]
        default:
            return []
        }
    }

    /// Others need the place, or there is no room for what has come.
    mutating func giveWay() -> [Action] {
        guard case .open(let exchange) = phase else { return [] }
        farewell = .hastyFarewell
        switch exchange {
        case .fresh, .idle: return shut()
        case .readingHead, .inFlight, .discarding, .refusing: return refuse(.noRoom)
        }
    }

    // MARK: Ending

    /// What comes can't be taken: it is refused after the answer in flight, and the connection ends.
    mutating func refuse(_ refusal: ConnectionRefusal) -> [Action] {
        guard case .open(let exchange) = phase else { return [] }
        switch exchange {
        case .fresh, .idle, .readingHead, .inFlight(.body, .awaited):
            return [.refuse(refusal)] + shut()
        case .discarding:
            return shut()
        case .refusing:
            return []
        case .inFlight where lastRefusal != nil && refusal != .noRoom:
            return []
        case .inFlight(.body, let answer):
            phase = .open(.refusing(nil, answer))
        case .inFlight(_, let answer) where isLastRequest:
            phase = .open(.refusing(nil, answer))
        case .inFlight(_, let answer):
            // In haste nothing more is begun.
            if refusal != .noRoom, let end = held.lastIndex(where: { if case .end = $0 { true } else { false } }) {
                held.removeSubrange(held.index(after: end)...)
                lastRefusal = refusal
            } else {
                phase = .open(.refusing(lastRefusal ?? refusal, answer))
            }
        }
        return disarm()
    }

    /// Takes and says nothing more, and hangs up as soon as the client has.
    mutating func shut() -> [Action] {
        guard case .open = phase else { return [] }
        phase = .shut
        held = []
        return [.wait, .arm(farewell), .breakOff, .closeOutput, .read]
    }
}
