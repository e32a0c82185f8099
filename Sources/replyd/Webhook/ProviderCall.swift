import Daemon
import Foundation
import HTTPTransport
import JSONText
import Providers
import Responder

/// Asks a provider about an account of ours.
struct ProviderCall {
    let account: Configuration.Account
    let transport: HTTPTransport

    /// The answer to a request, with the provider's time.
    struct Answer {
        var answer: SendAnswer
        /// The time of the provider's clock; `nil` if the answer has none.
        var date: Timestamp?
    }

    /// Returns a transport like the daemon's.
    static func transport() -> HTTPTransport {
        HTTPTransport(
            userAgent: "replyd/\(Daemon.version)",
            certificates: ProcessInfo.processInfo.environment["SSL_CERT_FILE"])
    }

    /// Sends a request and returns its answer.
    ///
    /// - Throws: `TransportError` if no answer comes.
    func answer(to request: SendRequest) async throws(TransportError) -> Answer {
        let response = try await transport.send(
            request.isReading
                ? TransportRequest(get: request.url, headers: request.headers, timeout: account.timeout)
                : TransportRequest(
                    url: request.url, headers: request.headers, body: JSON.object(request.body).encoded,
                    timeout: account.timeout))
        return Answer(
            answer: SendAnswer(status: response.status, body: response.body),
            date: response.date.map { Timestamp(seconds: Int64($0)) })
    }

    /// The inquiry about the account.
    ///
    /// - Parameter look: Is called with each answer.
    func inquiry(look: @escaping @Sendable (Answer) -> Void = { _ in }) -> AccountInquiry {
        AccountInquiry(account.endpoint, secrets: account.secrets) { request in
            let answer = try await answer(to: request)
            look(answer)
            return answer.answer
        }
    }

    /// Returns the address that the account's webhook must have, with that base.
    func address(base: String) -> WebhookAddress {
        WebhookAddress(base: base, number: account.number, key: account.webhookSecret)
    }
}

extension TransportError {
    /// The description of the error, in libcurl's words.
    var text: String {
        switch self {
        case .notSent(let why), .maybeSent(let why): why
        }
    }
}
