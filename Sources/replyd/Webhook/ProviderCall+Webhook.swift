import Daemon
import HTTPTransport
import Providers
import Responder

extension ProviderCall {
    /// Returns the webhook settings that the provider has.
    func webhook() async throws -> WebhookSettings {
        let answer = try await done(SendRequest(webhookOf: account.endpoint))
        guard let settings = WebhookSettings(answer) else {
            throw AccountOptions.Failure("the provider's answer can't be read")
        }
        return settings
    }

    func set(_ settings: WebhookSettings) async throws {
        _ = try await done(SendRequest(setting: settings, of: account.endpoint))
    }

    /// Returns the answer to a request that the provider accepted.
    ///
    /// - Throws: ``AccountOptions/Failure`` if the provider can't be reached or refuses the request.
    private func done(_ request: SendRequest) async throws -> SendAnswer {
        let answer: SendAnswer
        do {
            answer = try await self.answer(to: request).answer
        } catch {
            throw AccountOptions.Failure("the provider can't be reached: \(error.text)")
        }
        if let refusal = answer.outcome.refusal { throw AccountOptions.Failure(refusal.text) }
        return answer
    }
}

extension WebhookSettings {
    func text(of call: ProviderCall) -> String {
        func state(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        let address = url.isEmpty ? "no address" : WebhookAddress.masked(url)
        let known = WebhookAddress(url)
        let isRefused = known != nil && call.account.webhookSecret != nil && known?.key != call.account.webhookSecret
        let refusal = isRefused ? " (not with `webhook_secret`: replyd turns it away)" : ""
        return
            "account \(call.account.number): \(address)\(refusal); retry \(state(retry)), readStatus \(state(readStatus)), system \(state(system))"
    }
}
