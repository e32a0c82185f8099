import Foundation
import HTTPTransport
public import Providers
public import Responder

/// A type that takes requests to their provider, or to another place.
public protocol Carrier: Sendable {
    /// Sends the request and returns its outcome.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - timeout: The time limit of the request.
    func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome

    /// Posts JSON to a link of the business and returns the outcome.
    func post(_ json: String, to link: String) async -> AttemptOutcome

    /// Returns the text that is recorded of a request beside its outcome; `nil` for none.
    func record(of request: SendRequest) -> String?

    /// Ends all requests that are in flight.
    func close()
}
