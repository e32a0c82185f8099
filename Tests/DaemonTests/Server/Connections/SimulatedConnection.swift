import HTTPTypes
import NIOCore
import NIOHTTPTypes

@testable import Daemon

/// A connection that does what its state asks for, as the handler does, and records each action.
struct SimulatedConnection {
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

/// Parts of requests and answers.
enum Parts {
    static func head(_ path: String = "/") -> HTTPRequestPart {
        .head(HTTPRequest(method: .post, scheme: nil, authority: "a", path: path))
    }

    static func body(_ text: String = "x") -> HTTPRequestPart { .body(ByteBuffer(string: text)) }

    static let end = HTTPRequestPart.end(nil)
    /// The head of an answer that ends the connection.
    static let lastAnswer = HTTPResponsePart.head(HTTPResponse(status: .ok, headerFields: [.connection: "close"]))
}
