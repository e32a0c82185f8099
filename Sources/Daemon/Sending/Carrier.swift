import Foundation
import HTTPTransport
public import Providers
public import Responder

/// Takes a request to its provider, or wherever else requests go.
public protocol Carrier: Sendable {
    /// Sends the request and says what became of it.
    func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome

    /// What is recorded of a request beside its outcome; nil for nothing.
    func record(of request: SendRequest) -> String?

    /// Ends whatever is still under way.
    func close()
}

/// Carries requests over HTTP.
struct ProviderCarrier: Carrier {
    let transport: HTTPTransport

    func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome {
        let body = JSON.object(request.body).encoded
        do {
            let response = try await transport.post(
                HTTPRequest(url: request.url, headers: request.headers, body: body, timeout: timeout)
            )
            return SendAnswer(status: response.status, body: response.body, retryAfter: response.retryAfter).outcome
        } catch {
            switch error {
            case .notSent(let why):
                return .transient(Refusal(text: "the provider can't be reached: \(why)"), retryAfter: nil)
            case .maybeSent(let why):
                return .unknown(Refusal(text: "no answer came: \(why)"))
            }
        }
    }

    func record(of request: SendRequest) -> String? { nil }

    func close() { transport.close() }
}

/// Shows requests instead of sending them.
public struct DryRunCarrier: Carrier {
    let show: @Sendable (String) -> Void

    /// A carrier that hands each would-be request to `show`: one line of JSON, its credential replaced.
    public init(show: @escaping @Sendable (String) -> Void) {
        self.show = show
    }

    public func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome {
        show(text(of: request))
        return .dryRun
    }

    public func record(of request: SendRequest) -> String? { text(of: request) }

    public func close() {}

    private func text(of request: SendRequest) -> String {
        let shown = request.redacted()
        let json = JSON.object([
            "method": "POST", "url": .string(shown.url), "headers": .object(shown.headers.mapValues(JSON.string)),
            "body": .object(shown.body),
        ])
        return String(decoding: json.encoded, as: UTF8.self)
    }
}
