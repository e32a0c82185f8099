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

    /// The error of a webhook with messages of an account of which too many answers wait. Everything else in it is stored.
    struct Full: Error {
        /// The number of the account.
        var account: String
    }

    /// Whether as many entries of an account wait as may, so that it takes no more messages.
    func isFull(_ account: String) -> Bool {
        sender.waiting(of: account) >= waitingLimit
    }

    /// Stores the events in `body`, with the decisions about messages.
    ///
    /// - Returns: The result of a webhook with one event, and what can't be used of the webhook although it is kept.
    /// - Throws: `WebhookEvent.ParseError` if there is no event, `StoreError` if something can't be stored, ``Full`` if
    ///   messages have to wait until they come again.
    func take(
        _ body: [UInt8], from provider: Provider, of lines: WebhookLines
    ) async throws -> (result: IntakeResult.Kind, complaints: [String]) {
        let now = clock.now()
        let begin = clock.uptime()
        let content = try provider.read(webhook: body, of: lines, at: now)
        var full: String?
        var only: IntakeResult.Kind?
        for (account, items) in content.items.byAccount {
            var items = items
            // A webhook of one account is refused before it is read.
            if !lines.accounts.isEmpty, isFull(account) {
                items.removeAll { if case .message = $0.event { true } else { false } }
                full = account
            }
            for kind in try await store(items, account: account, at: now, since: begin) { only = kind }
        }
        if let full { throw Full(account: full) }
        return (content.items.count == 1 ? only ?? .noted : .noted, content.complaints)
    }

    private func store(
        _ items: [WebhookContent.Item], account: String, at now: Timestamp, since begin: Duration
    ) async throws(StoreError) -> [IntakeResult.Kind] {
        let policy = IntakePolicy(takeoverPause: takeoverPause, delay: delay, decide: decider.decide)
        do {
            let results = try await store.take(
                items.map { ($0.event, $0.payload) }, account: account, policy: policy, at: now)
            for (item, result) in zip(items, results) {
                if let fault = result.accountFault { sender.stop(account, fault) }
                observe(
                    .accepted(
                        AcceptedWebhook(
                            account: account, event: item.event, result: result.kind, elapsed: clock.uptime() - begin)))
                if let decided = result.decided { observe(.decided(decided)) }
            }
            return results.map(\.kind)
        } catch {
            observe(.storeFailed(error))
            throw error
        }
    }

    @Sendable private func delay(after attempts: Int) -> Duration {
        var random = random
        return RetrySchedule().delay(after: attempts, using: &random)
    }
}

extension [WebhookContent.Item] {
    /// The events of each account, in their order.
    fileprivate var byAccount: [(account: String, items: [WebhookContent.Item])] {
        guard let first, contains(where: { $0.account != first.account }) else {
            return first.map { [($0.account, self)] } ?? []
        }
        return Dictionary(grouping: self, by: \.account).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }
}
