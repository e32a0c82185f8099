import HTTPTypes
import NIOCore
import NIOHTTPTypes
import SeededRandom
import Testing

@testable import Daemon

@Suite struct ConnectionStateRandomTests {
    /// Sends random events in any order, and checks the rules that hold for every connection.
    @Test(arguments: 0..<64)
    func whateverHappensRequestsAreTakenOneByOneAndTheConnectionEndsOnce(seed: Int) {
        for round in 0..<200 {
            var random = SeededRandom(seed: UInt64(seed * 1000 + round))
            var connection = SimulatedConnection()
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

    private func happen(_ connection: inout SimulatedConnection, _ model: inout Model, _ random: inout SeededRandom)
        -> String
    {
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
            return Parts.head("/\(sent.count)")
        }
        if random.chance(0.4) { return Parts.body("\(sent.count)") }
        inBody = false
        return Parts.end
    }

    /// Returns the next part of an answer; `nil` if no request that was passed on waits for one.
    func nextAnswerPart(_ random: inout SeededRandom) -> HTTPResponsePart? {
        if isWriting { return random.chance(0.3) ? .body(ByteBuffer(string: "z")) : .end(nil) }
        guard requests > answers else { return nil }
        return random.chance(0.9) ? .head(HTTPResponse(status: .ok)) : Parts.lastAnswer
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

    mutating func check(_ actions: [ConnectionState.Action], _ connection: SimulatedConnection, _ event: String) {
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
