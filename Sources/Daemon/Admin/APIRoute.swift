import Foundation
import HTTPTypes
import JSONText
import Providers
import Store

/// One call of the API: how it is asked, what it answers, and what does it. The document is made of these.
struct APIRoute: Sendable {
    var method: HTTPRequest.Method
    /// `/api/outbox/{entry}`.
    var path: String
    /// Names the call to tools.
    var id: String
    var summary: String
    var description = ""
    /// What stands in braces in the path is one of these.
    var parameters: [APIParameter] = []
    /// nil where nothing is to be sent.
    var body: JSONSchema?
    /// Whether it can be done without one.
    var isBodyOptional = false
    var answer: JSONSchema
    /// What can go wrong beside what can go wrong with any call.
    var failures: [APIError.Code] = []
    /// Whether the call waits for something to happen, and so takes none of the places of the others.
    var isWaiting = false
    var run: @Sendable (APIRequest) async throws -> JSON

    /// The values in braces; nil where the path is another one.
    func values(in parts: [Substring]) -> [String: String]? {
        let own = path.split(separator: "/", omittingEmptySubsequences: false)
        guard own.count == parts.count else { return nil }
        var values: [String: String] = [:]
        for (own, part) in zip(own, parts) {
            if own.hasPrefix("{") {
                guard !part.isEmpty, let value = part.removingPercentEncoding else { return nil }
                values[String(own.dropFirst().dropLast())] = value
            } else if own != part {
                return nil
            }
        }
        return values
    }
}

/// Something a call is told in its path or its query.
struct APIParameter: Sendable {
    enum Place: String, Sendable {
        case path, query
    }

    var name: String
    var place: Place
    var schema: JSONSchema
    var description: String

    static func path(_ name: String, _ schema: JSONSchema, _ description: String) -> APIParameter {
        APIParameter(name: name, place: .path, schema: schema, description: description)
    }

    static func query(_ name: String, _ schema: JSONSchema, _ description: String) -> APIParameter {
        APIParameter(name: name, place: .query, schema: schema, description: description)
    }
}

/// What a call is told.
struct APIRequest: Sendable {
    /// The values in the path.
    var path: [String: String]
    /// The values in the query.
    var query: [String: String]
    /// An object; nil where nothing was sent.
    var body: JSON?
    /// Whether somebody is still there to be answered; nil where the call does not wait.
    var disconnection: Disconnection?
    /// Who asks.
    var channel = OperatorAction.Channel.token

    /// A whole number in the path, by which something is known.
    func number(_ name: String) throws -> Int64 {
        guard let text = path[name], let number = Int64(text), number > 0 else {
            throw APIError(.badRequest, "'\(name)' in the path is a whole number from 1")
        }
        return number
    }

    /// A whole number in the query.
    func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = query[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            let words =
                range.upperBound == .max
                ? "from \(range.lowerBound)" : "from \(range.lowerBound) to \(range.upperBound)"
            throw APIError(.badRequest, "'\(name)' in the query is a whole number \(words)")
        }
        return number
    }

    /// One of these words in the query.
    func word(_ name: String, of words: [String]) throws -> String? {
        guard let text = query[name] else { return nil }
        guard words.contains(text) else {
            throw APIError(.badRequest, "'\(name)' in the query is one of: \(words.joined(separator: ", "))")
        }
        return text
    }

    /// A whole number in the body, by which something is known.
    func bodyNumber(_ name: String) throws -> Int64? {
        guard let value = body?[name] else { return nil }
        guard case .integer(let number) = value, number > 0 else {
            throw APIError(.badRequest, "'\(name)' in the body is a whole number from 1")
        }
        return number
    }

    /// A text in the body.
    func text(_ name: String) throws -> String? {
        guard let value = body?[name] else { return nil }
        guard case .string = value, let text = value.text else {
            throw APIError(.badRequest, "'\(name)' in the body is a text")
        }
        return text
    }
}

/// Why a call was not done, in words that say what to do.
struct APIError: Error {
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
    /// Seconds.
    var retryAfter: Int?
    /// The methods there are, where it was another one.
    var allow: String?

    init(_ code: Code, _ message: String, retryAfter: Int? = nil, allow: String? = nil) {
        self.allow = allow
        self.code = code
        self.message = message
        self.retryAfter = retryAfter
    }

    var json: JSON {
        .object(["error": .object(["code": .string(code.rawValue), "message": .string(message)])])
    }
}
