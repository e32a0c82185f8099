import Foundation
import HTTPTransport
import JSONText
public import Providers
public import Responder

/// Carries requests over HTTP.
struct ProviderCarrier: Carrier {
    let transport: HTTPTransport

    func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome {
        let body = JSON.object(request.body).encoded
        do {
            let response = try await transport.send(
                TransportRequest(url: request.url, headers: request.headers, body: body, timeout: timeout)
            )
            return request.outcome(
                of: SendAnswer(status: response.status, body: response.body, retryAfter: response.retryAfter))
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
            let request = TransportRequest(
                url: link, headers: ["Content-Type": "application/json"], body: Array(json.utf8), timeout: .seconds(10),
                readsAnswer: false)
            let response = try await transport.send(request)
            let refusal = Refusal(status: response.status, text: "the link answered HTTP \(response.status)")
            switch response.status {
            case 200..<300: return .accepted(unique: nil, minutesLeft: nil)
            case 408, 425, 429, 500...: return .transient(refusal, retryAfter: response.retryAfter)
            default: return .permanent(refusal)
            }
        } catch {
            // The JSON names its message, so the business can tell a post that comes twice.
            switch error {
            case .notSent(let why), .maybeSent(let why):
                return .transient(Refusal(text: "the link can't be reached: \(why)"), retryAfter: nil)
            }
        }
    }

    func record(of request: SendRequest) -> String? { nil }

    func close() { transport.close() }
}
