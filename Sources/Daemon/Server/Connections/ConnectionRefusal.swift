import HTTPTypes
import NIOCore
import NIOHTTPTypes
import JSONText

/// A reason to answer a request before anybody else does, and to end its connection.
enum ConnectionRefusal: Equatable, CaseIterable {
    case headTooLarge
    case malformed
    case noHost
    case severalHosts
    case oddHost
    case unknownCoding
    case tooSlow
    case noRoom

    private var status: HTTPResponse.Status {
        switch self {
        case .headTooLarge: .requestHeaderFieldsTooLarge
        case .malformed, .noHost, .severalHosts, .oddHost, .unknownCoding: .badRequest
        case .tooSlow: .requestTimeout
        case .noRoom: .serviceUnavailable
        }
    }

    private var why: String {
        switch self {
        case .headTooLarge: "the header fields are larger than \(RequestLimits.headSize >> 10) KiB"
        case .malformed: "this is not HTTP as RFC 9112 wants it"
        case .noHost: "there is no Host in the request"
        case .severalHosts: "there is more than one Host in the request"
        case .oddHost: "the Host in the request is no name of a host"
        case .unknownCoding: "of all transfer codings, 'chunked' alone is understood"
        case .tooSlow:
            "the request did not come within \(ConnectionGuard.requestTimeout.nanoseconds / 1_000_000_000) seconds"
        case .noRoom: "too many requests at once"
        }
    }

    /// The whole answer.
    var answer: [HTTPResponsePart] {
        let body = JSON.error(why).line
        var fields: HTTPFields = [
            .contentType: "application/json", .contentLength: "\(body.readableBytes)", .connection: "close",
        ]
        if self == .noRoom { fields[.retryAfter] = "1" }
        return [.head(HTTPResponse(status: status, headerFields: fields)), .body(body), .end(nil)]
    }
}
