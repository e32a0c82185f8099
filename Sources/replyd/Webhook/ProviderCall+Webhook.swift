import Daemon
import HTTPTransport
import Providers
import Responder

extension ProviderCall {
    /// Returns the webhook settings that the provider has.
    func webhook() async throws -> WebhookSettings {
        guard let settings = try await orFailure({ try await inquiry().state().webhook }) else {
            throw AccountOptions.Failure("the provider's answer can't be read")
        }
        return settings
    }

    func setWebhook(_ address: WebhookAddress) async throws {
        try await orFailure { try await inquiry().setWebhook(address) }
    }

    /// Calls `work`; an error of an inquiry becomes the reason for a failure.
    private func orFailure<Result>(_ work: () async throws -> Result) async throws -> Result {
        do {
            return try await work()
        } catch let error as TransportError {
            throw AccountOptions.Failure("the provider can't be reached: \(error.text)")
        } catch let error as AccountInquiry.Refused {
            throw AccountOptions.Failure(error.outcome.refusal?.text ?? "the provider's answer can't be read")
        }
    }
}

extension WebhookSettings {
    func text(of call: ProviderCall) -> String {
        let address = url.isEmpty ? "no address" : WebhookAddress.masked(url)
        let known = WebhookAddress(url)
        let isRefused = known != nil && call.account.webhookSecret != nil && known?.key != call.account.webhookSecret
        let refusal = isRefused ? " (not with `webhook_secret`: replyd turns it away)" : ""
        let states = switches.map { "\($0.name) \($0.isOn ? "on" : "off")" }.joined(separator: ", ")
        return "account \(call.account.number): \(address)\(refusal)\(states.isEmpty ? "" : "; ")\(states)"
    }
}
