import Foundation
import HTTPTypes
import JSONText

/// One call of the API: its address, parameters, answer and work. The OpenAPI document is made of these.
struct APIRoute: Sendable {
    var method: HTTPRequest.Method
    /// The path, with its parameters in braces: `/api/outbox/{entry}`.
    var path: String
    /// The call's name for tools.
    var id: String
    var summary: String
    var description = ""
    /// The parameters, among them those in braces in the path.
    var parameters: [APIParameter] = []
    /// The body; `nil` if the call takes none.
    var body: JSONSchema?
    /// Whether the body may be left out.
    var isBodyOptional = false
    var answer: JSONSchema
    /// The errors of this call beside those of every call.
    var failures: [APIError.Code] = []
    /// Whether the call waits for something to happen, and so counts apart from the other calls.
    var isWaiting = false
    /// Does the call and returns its answer.
    var run: @Sendable (APIRequest) async throws -> JSON

    /// Returns the values in braces; `nil` if the path is not this call's.
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
