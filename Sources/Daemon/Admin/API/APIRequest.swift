import JSONText
import Providers
import Store

/// The values that a call gets.
struct APIRequest: Sendable {
    /// The values in the path.
    var path: [String: String]
    /// The values in the query.
    var query: [String: String]
    /// The body, an object; `nil` if nothing was sent.
    var body: JSON?
    /// The notice of the client's disconnection; `nil` if the call does not wait.
    var disconnection: Disconnection?
    /// The channel through which the operator makes the call.
    var channel = OperatorAction.Channel.token

    /// Returns the number in the path that identifies something.
    func number(_ name: String) throws -> Int64 {
        guard let text = path[name], let number = Int64(text), number > 0 else {
            throw APIError(.badRequest, "'\(name)' in the path is a whole number from 1")
        }
        return number
    }

    /// Returns a whole number in the query; `nil` if it is not there.
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

    /// Returns one of these words in the query; `nil` if it is not there.
    func word(_ name: String, of words: [String]) throws -> String? {
        guard let text = query[name] else { return nil }
        guard words.contains(text) else {
            throw APIError(.badRequest, "'\(name)' in the query is one of: \(words.joined(separator: ", "))")
        }
        return text
    }

    /// Returns the number in the body that identifies something; `nil` if it is not there.
    func bodyNumber(_ name: String) throws -> Int64? {
        guard let value = body?[name] else { return nil }
        guard case .integer(let number) = value, number > 0 else {
            throw APIError(.badRequest, "'\(name)' in the body is a whole number from 1")
        }
        return number
    }

    /// Returns a text in the body; `nil` if it is not there.
    func text(_ name: String) throws -> String? {
        guard let value = body?[name] else { return nil }
        guard case .string = value, let text = value.text else {
            throw APIError(.badRequest, "'\(name)' in the body is a text")
        }
        return text
    }
}
