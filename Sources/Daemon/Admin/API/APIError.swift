import HTTPTypes
import JSONText

/// An error of a call, in words that say what to do.
struct APIError: Error {
    /// The kind of error, as programs see it.
    enum Code: String, Sendable, CaseIterable {
        case badRequest = "bad-request"
        case unauthorized
        case forbidden
        case notFound = "not-found"
        case methodNotAllowed = "method-not-allowed"
        case conflict
        case bodyTooLarge = "body-too-large"
        case notJSON = "not-json"
        case rulesRefused = "rules-refused"
        case tooMany = "too-many"
        case storeFailed = "store-failed"
        case tooSlow = "too-slow"

        /// The HTTP status that goes with it.
        var status: HTTPResponse.Status {
            switch self {
            case .badRequest: .badRequest
            case .unauthorized: .unauthorized
            case .forbidden: .forbidden
            case .notFound: .notFound
            case .methodNotAllowed: .methodNotAllowed
            case .conflict: .conflict
            case .bodyTooLarge: .contentTooLarge
            case .notJSON: .unsupportedMediaType
            case .rulesRefused: .unprocessableContent
            case .tooMany: .tooManyRequests
            case .storeFailed, .tooSlow: .serviceUnavailable
            }
        }
    }

    var code: Code
    var message: String
    /// The time to wait before asking again, in seconds; `nil` for none.
    var retryAfter: Int?
    /// The methods of the address, if the request used another one; otherwise `nil`.
    var allow: String?

    init(_ code: Code, _ message: String, retryAfter: Int? = nil, allow: String? = nil) {
        self.allow = allow
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    /// The body of the answer.
    var json: JSON {
        .object(["error": .object(["code": .string(code.rawValue), "message": .string(message)])])
    }
}
