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

    func post(_ json: String, to link: String) async -> AttemptOutcome {
        do {
            let request = HTTPRequest(
                url: link, headers: ["Content-Type": "application/json"], body: Array(json.utf8), timeout: .seconds(10))
            let response = try await transport.post(request)
            let refusal = Refusal(status: response.status, text: "the link answered HTTP \(response.status)")
            switch response.status {
            case 200..<300: return .accepted(unique: nil, minutesLeft: nil)
            case 408, 425, 429, 500...: return .transient(refusal, retryAfter: response.retryAfter)
            default: return .permanent(refusal)
            }
        } catch {
            // The JSON names its message: the business can tell what comes twice.
            switch error {
            case .notSent(let why), .maybeSent(let why):
                return .transient(Refusal(text: "the link can't be reached: \(why)"), retryAfter: nil)
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

    public func post(_ json: String, to link: String) async -> AttemptOutcome {
        let shown = JSON.object([
            "method": "POST", "url": .string(link), "body": JSON(parsing: Array(json.utf8)) ?? .null,
        ])
        show(String(decoding: shown.encoded, as: UTF8.self))
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
