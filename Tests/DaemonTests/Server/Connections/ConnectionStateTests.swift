import HTTPTypes
import NIOCore
import NIOHTTPTypes
import SeededRandom
import Testing

@testable import Daemon

/// A connection that does what its state asks for, as the handler does, and records each action.
private struct Connection {
    var state = ConnectionState()
    var hasRoom = true
    /// The actions since ``take()``.
    var done: [ConnectionState.Action] = []
    /// The deadline that is running; `nil` for none.
    private(set) var deadline: ConnectionState.Deadline?

    init() { perform(state.opened()) }

    mutating func perform(_ actions: [ConnectionState.Action]?) {
        for action in actions ?? [] {
            switch action {
            case .admit(let part):
                if state.passesRequests { perform(hasRoom ? state.admitted(part) : state.giveWay()) }
                continue
            case .arm(let deadline): self.deadline = deadline
            case .disarm: deadline = nil
            default: break
            }
            done.append(action)
        }
    }

    mutating func take() -> [ConnectionState.Action] {
        defer { done = [] }
        return done
    }

    mutating func receive(_ parts: HTTPRequestPart...) {
        guard let actions = state.receivedBytes() else { return }
        perform(actions)
        for part in parts { perform(state.received(part)) }
    }

    mutating func answer(_ fields: HTTPFields = [:]) {
        perform(state.answered(.head(HTTPResponse(status: .ok, headerFields: fields))))
        perform(state.answered(.end(nil)))
    }

    mutating func pass() {
        guard let deadline else { return }
        self.deadline = nil
        perform(state.passed(deadline))
    }
}

private func head(_ path: String = "/") -> HTTPRequestPart {
    .head(HTTPRequest(method: .post, scheme: nil, authority: "a", path: path))
}
private func body(_ text: String = "x") -> HTTPRequestPart { .body(ByteBuffer(string: text)) }
private let end = HTTPRequestPart.end(nil)
private let lastHead = HTTPResponsePart.head(HTTPResponse(status: .ok, headerFields: [.connection: "close"]))
private let shut: [ConnectionState.Action] = [.wait, .arm(.farewell), .breakOff, .closeOutput, .read]
private let hastilyShut: [ConnectionState.Action] = [.wait, .arm(.hastyFarewell), .breakOff, .closeOutput, .read]

@Suite struct ConnectionStateTests {
    @Test func aConnectionThatSaysNothingIsShutWithoutAWord() {
        var connection = Connection()
        #expect(connection.take() == [.join, .arm(.request)])
        connection.pass()
        #expect(connection.take() == shut)
        connection.pass()
        #expect(connection.take() == [.close])
    }

    @Test func aRequestRunsFromItsFirstByteToItsLastAndTheNextOneIsAwaitedLonger() {
        var connection = Connection()
        _ = connection.take()
        connection.receive()
        #expect(connection.take() == [.wait])
        connection.receive(head(), body(), end)
        #expect(connection.take() == [.pass(head()), .pass(body()), .disarm, .pass(end)])
        connection.answer()
        #expect(connection.take() == [.wait, .arm(.idle)])
        connection.receive()
        #expect(connection.take() == [.wait, .arm(.request)])
        connection.pass()
        #expect(connection.take() == [.refuse(.tooSlow)] + shut)
    }

    @Test func anIdleConnectionIsShutWithoutAWord() {
        var connection = Connection()
        connection.receive(head(), end)
        connection.answer()
        _ = connection.take()
        connection.pass()
        #expect(connection.take() == shut)
    }

    @Test func theRequestBehindAnotherIsHeldUntilThatOneIsAnswered() {
        var connection = Connection()
        connection.receive(head("/1"), end)
        _ = connection.take()
        connection.receive(head("/2"), body(), end, head("/3"))
        #expect(connection.take() == [.arm(.request), .disarm, .disarm])
        connection.perform(connection.state.requestedRead())
        #expect(connection.take() == [])
        connection.answer()
        #expect(
            connection.take() == [
                .arm(.request), .pass(head("/2")), .pass(body()), .disarm, .pass(end), .passReadComplete,
            ])
        connection.answer()
        #expect(connection.take() == [.arm(.request), .pass(head("/3")), .passReadComplete, .read])
        connection.pass()
        #expect(connection.take() == [.refuse(.tooSlow)] + shut)
    }

    @Test func anAnswerThatClosesEndsTheConnectionAndWhatIsHeldIsNeverPassedOn() {
        var connection = Connection()
        connection.receive(head("/1"), end, head("/2"), end)
        _ = connection.take()
        connection.answer([.connection: "close"])
        #expect(connection.take() == [.flush] + shut)
        connection.receive(head("/3"), end)
        connection.answer()
        #expect(connection.take() == [])
    }

    @Test(arguments: ConnectionRefusal.allCases)
    fileprivate func aRefusalFollowsTheAnswerInFlight(refusal: ConnectionRefusal) {
        var connection = Connection()
        connection.receive(head("/1"), end)
        connection.receive()
        _ = connection.take()
        connection.perform(connection.state.refuse(refusal))
        #expect(connection.take() == [.disarm] && !connection.state.takesRequests)
        connection.answer()
        #expect(connection.take() == [.refuse(refusal)] + shut)
    }

    @Test func wholeRequestsBeforeARefusedOneHaveTheirAnswersFirst() {
        var connection = Connection()
        connection.receive(head("/1"), end, head("/2"), body(), end, head("/3"), body())
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        connection.perform(connection.state.refuse(.tooSlow))
        #expect(connection.take() == [.disarm] && !connection.state.takesRequests)
        connection.answer()
        #expect(
            connection.take() == [
                .arm(.request), .pass(head("/2")), .pass(body()), .disarm, .pass(end), .passReadComplete,
            ])
        connection.answer()
        #expect(connection.take() == [.refuse(.malformed)] + shut)
    }

    @Test func aConnectionThatGivesWayBeginsNothingMore() {
        var connection = Connection()
        connection.receive(head("/1"), end, head("/2"), end)
        connection.perform(connection.state.refuse(.malformed))
        _ = connection.take()
        connection.perform(connection.state.giveWay())
        connection.answer()
        #expect(connection.take() == [.disarm, .refuse(.malformed)] + hastilyShut)
    }

    @Test(arguments: ["close", "Close", "keep-alive, CLOSE", "te , close "])
    func nothingIsTakenBehindARequestThatAsksToClose(option: String) {
        var connection = Connection()
        let last = HTTPRequestPart.head(
            HTTPRequest(
                method: .post, scheme: nil, authority: "a", path: "/2", headerFields: [.connection: option]))
        connection.receive(head("/1"), end, last, end)
        connection.answer()
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        connection.answer()
        #expect(connection.take() == [.disarm, .flush] + shut)
    }

    @Test func aClientThatSendsNothingMoreHasAllItsAnswers() {
        var connection = Connection()
        connection.receive(head("/1"), end, head("/2"), end)
        _ = connection.take()
        connection.perform(connection.state.inputClosed())
        #expect(connection.take() == [.notifyDisconnection])
        connection.answer()
        #expect(
            connection.take() == [
                .arm(.request), .pass(head("/2")), .disarm, .pass(end), .passReadComplete, .passInputClosed,
            ])
    }

    @Test func theDeadlineOfAnUnreadAnswerOutlastsTheRequestsBehindIt() {
        var connection = Connection()
        connection.receive(head("/1"), end, head("/2"), end)
        connection.perform(connection.state.changedWritability(isWritable: false))
        _ = connection.take()
        connection.answer()
        connection.answer()
        #expect(connection.deadline == .unread)
        #expect(!connection.take().contains { if case .arm = $0 { true } else { $0 == .disarm } })
        connection.pass()
        #expect(connection.take() == [.close])
    }

    @Test func aRequestThatCameWhileAnAnswerLayUnreadHasItsTimeOnceItIsRead() {
        var connection = Connection()
        connection.receive(head("/1"), end)
        connection.perform(connection.state.changedWritability(isWritable: false))
        connection.receive()
        connection.answer()
        _ = connection.take()
        connection.perform(connection.state.changedWritability(isWritable: true))
        #expect(connection.take() == [.arm(.request)])
        connection.pass()
        #expect(connection.take() == [.refuse(.tooSlow)] + shut)
    }

    @Test func aRefusalOfARequestWhoseAnswerIsBeingWrittenAddsNothingToIt() {
        var connection = Connection()
        connection.receive(head(), body())
        connection.perform(connection.state.answered(.head(HTTPResponse(status: .ok))))
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        #expect(connection.take() == [.disarm])
        connection.perform(connection.state.answered(.end(nil)))
        #expect(connection.take() == [.flush] + shut)
    }

    @Test func aRequestWithItsAnswerBeforeItsBodyIsReadToItsEndAndThenTheNextIsAwaited() {
        var connection = Connection()
        connection.receive(head(), body())
        connection.answer()
        _ = connection.take()
        connection.receive(body("y"), end)
        #expect(connection.take() == [.pass(body("y")), .wait, .arm(.idle), .pass(end)])
    }

    @Test func aRequestWithItsAnswerIsNotRefusedInTheMiddleOfItsBody() {
        var connection = Connection()
        connection.receive(head(), body())
        connection.answer()
        _ = connection.take()
        connection.perform(connection.state.refuse(.malformed))
        #expect(connection.take() == shut)
    }

    @Test func aConnectionThatGivesWayHearsWhyIfItHasSaidSomethingAndEndsInHaste() {
        var silent = Connection()
        _ = silent.take()
        silent.perform(silent.state.giveWay())
        #expect(silent.take() == hastilyShut)
        var reading = Connection()
        reading.receive(head())
        _ = reading.take()
        reading.hasRoom = false
        reading.receive(body(), end)
        #expect(reading.take() == [.refuse(.noRoom)] + hastilyShut)
        reading.pass()
        #expect(reading.take() == [.close])
    }

    @Test func anAnswerThatLiesUnreadEndsTheConnectionUnlessItIsReadMeanwhile() {
        var connection = Connection()
        connection.receive(head(), end)
        _ = connection.take()
        connection.perform(connection.state.changedWritability(isWritable: false))
        #expect(connection.take() == [.arm(.unread)])
        connection.perform(connection.state.changedWritability(isWritable: true))
        #expect(connection.take() == [.disarm])
        connection.pass()
        #expect(connection.take() == [])
        connection.perform(connection.state.changedWritability(isWritable: false))
        _ = connection.take()
        connection.pass()
        #expect(connection.take() == [.close])
    }

    @Test func aClientThatHangsUpIsReportedAndEndsAFarewellAtOnce() {
        var connection = Connection()
        _ = connection.take()
        connection.perform(connection.state.inputClosed())
        #expect(connection.take() == [.notifyDisconnection, .passInputClosed])
        connection.perform(connection.state.shut())
        _ = connection.take()
        connection.perform(connection.state.inputClosed())
        #expect(connection.take() == [.notifyDisconnection, .close])
        connection.perform(connection.state.ended())
        #expect(connection.take() == [.disarm, .notifyDisconnection, .leave])
        connection.perform(connection.state.ended())
        connection.perform(connection.state.shut())
        connection.perform(connection.state.giveWay())
        #expect(connection.take() == [])
    }

    /// Sends random events in any order, and checks the rules that hold for every connection.
    @Test(arguments: 0..<64)
    func whateverHappensRequestsAreTakenOneByOneAndTheConnectionEndsOnce(seed: Int) {
        for round in 0..<200 {
            var random = SeededRandom(seed: UInt64(seed * 1000 + round))
            var connection = Connection()
            var model = Model()
            model.check(connection.take(), connection, "opened")
            for _ in 0..<random.upTo(60) {
                let event = happen(&connection, &model, &random)
                model.check(connection.take(), connection, event)
            }
            connection.perform(connection.state.ended())
            model.check(connection.take(), connection, "ended")
            #expect(model.leaves == 1)
        }
    }

    private func happen(_ connection: inout Connection, _ model: inout Model, _ random: inout SeededRandom) -> String {
        connection.hasRoom = random.chance(0.95)
        switch random.upTo(20) {
        case 0..<9:
            if random.chance(0.3) {
                connection.receive()
                return "bytes"
            }
            let part = model.nextPart(&random)
            if connection.state.takesRequests { model.sent.append(part) }
            connection.receive(part)
            return "received \(part)"
        case 9..<14:
            let part = model.nextAnswerPart(&random)
            guard let part else { return "" }
            let actions = connection.state.answered(part)
            #expect((actions == nil) == model.isShut)
            if actions != nil { model.wrote(part) }
            connection.perform(actions)
            return "answered \(part)"
        case 14:
            connection.perform(connection.state.requestedRead())
            return "read"
        case 15:
            connection.pass()
            return "deadline"
        case 16:
            connection.perform(connection.state.changedWritability(isWritable: random.chance(0.5)))
            return "writability"
        case 17 where random.chance(0.3):
            connection.perform(connection.state.refuse(random.one(of: ConnectionRefusal.allCases)))
            return "refused"
        case 18 where random.chance(0.3):
            connection.perform(connection.state.giveWay())
            return "gave way"
        case 19 where random.chance(0.2):
            connection.perform(random.chance(0.5) ? connection.state.shut() : connection.state.inputClosed())
            return "shut or closed"
        default: return ""
        }
    }
}

/// The parts that client and responder have sent, and the rules that hold between them.
private struct Model {
    var sent: [HTTPRequestPart] = []
    private var passed: [HTTPRequestPart] = []
    private var requests = 0
    private var answers = 0
    private var isWriting = false
    private var inBody = false
    private var refusals = 0
    private(set) var isShut = false
    private(set) var leaves = 0

    mutating func nextPart(_ random: inout SeededRandom) -> HTTPRequestPart {
        guard inBody else {
            inBody = true
            return head("/\(sent.count)")
        }
        if random.chance(0.4) { return body("\(sent.count)") }
        inBody = false
        return end
    }

    /// Returns the next part of an answer; `nil` if no request that was passed on waits for one.
    func nextAnswerPart(_ random: inout SeededRandom) -> HTTPResponsePart? {
        if isWriting { return random.chance(0.3) ? .body(ByteBuffer(string: "z")) : .end(nil) }
        guard requests > answers else { return nil }
        return random.chance(0.9) ? .head(HTTPResponse(status: .ok)) : lastHead
    }

    mutating func wrote(_ part: HTTPResponsePart) {
        switch part {
        case .head: isWriting = true
        case .body: break
        case .end:
            isWriting = false
            answers += 1
        }
    }

    mutating func check(_ actions: [ConnectionState.Action], _ connection: Connection, _ event: String) {
        let comment = Comment(rawValue: "\(event): \(actions)")
        for action in actions {
            switch action {
            case .pass(let part):
                #expect(!isShut, comment)
                passed.append(part)
                if case .head = part {
                    requests += 1
                    #expect(requests == answers + 1, comment)
                }
            case .refuse:
                refusals += 1
                #expect(!isWriting && !isShut && refusals == 1, comment)
                #expect(actions.contains(.closeOutput), comment)
            case .closeOutput:
                #expect(!isShut, comment)
                isShut = true
            case .close: isShut = true
            case .leave: leaves += 1
            default: break
            }
        }
        // Parts reach the responder in the order in which they came, each once.
        #expect(passed == Array(sent.prefix(passed.count)), comment)
        // A request that waits for the answer to the request before it has no deadline.
        if connection.state.takesRequests, passed.count < sent.count {
            #expect(connection.deadline != .request, comment)
        }
        if event == "read", !isShut, connection.state.takesRequests {
            #expect(actions == (passed.count == sent.count ? [.read] : []), comment)
        }
        if isShut, leaves == 0 { #expect(!connection.state.takesRequests, comment) }
    }
}
