import Foundation
import HTTPTransport
public import Providers
public import Responder

/// Takes a request to its provider, or wherever else requests go.
public protocol Carrier: Sendable {
    /// Sends the request and says what became of it.
    func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome

    /// Posts JSON to a link of the business and says what became of it.
    func post(_ json: String, to link: String) async -> AttemptOutcome

    /// What is recorded of a request beside its outcome; nil for nothing.
    func record(of request: SendRequest) -> String?

    /// Ends whatever is still under way.
    func close()
}
