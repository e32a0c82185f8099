import Foundation
import HTTPTransport
import JSONText
public import Providers
public import Responder

/// Shows requests instead of sending them.
public struct DryRunCarrier: Carrier {
    let show: @Sendable (String) -> Void

    /// Creates a carrier that hands each request to `show` instead of sending it: as one line of JSON, with its
    /// credential replaced.
    public init(show: @escaping @Sendable (String) -> Void) {
        self.show = show
    }

    /// Shows a request. Its outcome is ``AttemptOutcome/dryRun``.
    public func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome {
        show(text(of: request))
        return .dryRun
    }

    /// Shows a post to the business. Its outcome is ``AttemptOutcome/dryRun``.
    public func post(_ json: String, to link: String) async -> AttemptOutcome {
        let shown = JSON.object([
            "method": "POST", "url": .string(link), "body": JSON(parsing: Array(json.utf8)) ?? .null,
        ])
        show(shown.encodedText)
        return .dryRun
    }

    /// Returns the request as it was shown.
    public func record(of request: SendRequest) -> String? { text(of: request) }

    /// Does nothing, because no request is ever in flight.
    public func close() {}

    private func text(of request: SendRequest) -> String {
        let shown = request.redacted()
        let json = JSON.object([
            "method": "POST", "url": .string(shown.url), "headers": .object(shown.headers.mapValues(JSON.string)),
            "body": .object(shown.body),
        ])
        return json.encodedText
    }
}
