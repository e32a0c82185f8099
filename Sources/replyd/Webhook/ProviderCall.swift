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

    /// What came back.
    struct Answer {
        var answer: SendAnswer
        /// The provider's clock; nil where it did not say.
        var date: Timestamp?
    }

    /// A transport as the daemon has it.
    static func transport() -> HTTPTransport {
        HTTPTransport(
            userAgent: "replyd/\(Daemon.version)",
            certificates: ProcessInfo.processInfo.environment["SSL_CERT_FILE"])
    }

    /// Sends a request; throws where no answer comes.
    func answer(to request: SendRequest) async throws(TransportError) -> Answer {
        let response = try await transport.post(
            TransportRequest(
                url: request.url, headers: request.headers, body: JSON.object(request.body).encoded,
                timeout: account.timeout))
        return Answer(
            answer: SendAnswer(status: response.status, body: response.body),
            date: response.date.map { Timestamp(seconds: Int64($0)) })
    }

    /// The address that the account's webhook has to have, behind that base.
    func address(base: String) -> WebhookAddress {
        WebhookAddress(base: base, number: account.number, key: account.webhookSecret)
    }
}

extension TransportError {
    /// What happened, in libcurl's words.
    var text: String {
        switch self {
        case .notSent(let why), .maybeSent(let why): why
        }
    }
}
