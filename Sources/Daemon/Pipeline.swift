import Responder
package import ServiceLifecycle
package import Store

/// The way of a message from its webhook to the provider, without server and network: intake, decider and sender around
/// one store. The daemon runs it behind a web server, the simulation on a clock and a disk of its own.
package struct Pipeline: Sendable {
    let intake: WebhookIntake
    private let decider: Decider
    let sender: Sender
    private let backlog = Backlog()

    /// Wires a pipeline; nothing happens before its services run.
    package init(
        configuration: Configuration, rules: CurrentRules, store: Store, carrier: any Carrier, clock: Clock,
        random: RandomSource = .system, observe: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        let signal = Signal()
        sender = Sender(
            store: store, configuration: configuration, carrier: carrier, clock: clock, random: random,
            observe: observe)
        decider = Decider(
            store: store, rules: rules, policy: configuration.policy, clock: clock, signal: signal, sender: sender,
            backlog: backlog, observe: observe
        )
        intake = WebhookIntake(
            store: store, clock: clock, takeoverPause: configuration.takeoverPause, decider: signal, sender: sender,
            backlog: backlog, waitingLimit: configuration.waitingLimit, random: random, observe: observe
        )
    }

    /// What runs, in the order of starting.
    package var services: [any Service] { [sender, decider] }

    /// Takes up entries that somebody else has put back into the outbox.
    func takeUpOutbox() async {
        await sender.takeUp()
    }

    /// Stores the event in a webhook's body; returns once it is on disk.
    package func take(_ body: [UInt8], account: Configuration.Account) async throws {
        _ = try await intake.take(body, account: account)
    }
}
