import Foundation
import Providers
import Responder
import Store

/// Stores the events of webhooks and sets off what follows from them.
struct WebhookIntake: Sendable {
    let store: Store
    let clock: Clock
    let takeoverPause: Duration
    let decider: Decider
    let sender: Sender
    /// The number of entries of one account that may wait.
    let waitingLimit: Int
    let random: RandomSource
    let observe: @Sendable (DaemonEvent) -> Void

    /// Whether as many entries of an account wait as may, so that it takes no more messages.
    func isFull(_ account: String) -> Bool {
        sender.waiting(of: account) >= waitingLimit
    }

    /// Stores the event in `body`, with its decision if it is a message.
    ///
    /// - Throws: `WebhookEvent.ParseError` if there is no event, `StoreError` if it can't be stored.
    func take(_ body: [UInt8], account: Configuration.Account) async throws -> IntakeResult.Kind {
        let now = clock.now()
        let begin = clock.uptime()
        let event = try WebhookEvent(parsing: body, account: account.number, at: now)
        do {
            let accepted = try await record(
                event, payload: String(decoding: body, as: UTF8.self), account: account, at: now)
            if let fault = accepted.accountFault { sender.stop(account.number, fault.text) }
            observe(
                .accepted(
                    AcceptedWebhook(
                        account: account.number, event: event, result: accepted.kind,
                        elapsed: clock.uptime() - begin)))
            if let decided = accepted.decided { observe(.decided(decided)) }
            return accepted.kind
        } catch {
            observe(.storeFailed(error))
            throw error
        }
    }

    private func record(
        _ event: WebhookEvent, payload: String, account: Configuration.Account, at now: Timestamp
    ) async throws(StoreError) -> IntakeResult {
        let policy = TakeoverPolicy(pause: takeoverPause, onUnknown: account.onUnknown)
        switch event {
        case .message(let message):
            return try await store.accept(message, payload: payload, at: now, by: decider.decide)
        case .update(let update):
            return try await store.record(update, account: account.number, policy: policy, at: now)
        case .failure(let failure):
            return try await store.record(
                failure, account: account.number, payload: payload, delay: delay, at: now
            )
        case .other(let hook):
            return try await store.keep(hook: hook, payload: payload, account: account.number, at: now)
        }
    }

    @Sendable private func delay(after attempts: Int) -> Duration {
        var random = random
        return RetrySchedule().delay(after: attempts, using: &random)
    }
}
