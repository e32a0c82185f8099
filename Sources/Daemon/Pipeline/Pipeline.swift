import ServiceLifecycle
package import Store

/// The way of a message from its webhook to the provider, without server and network: intake, decider and sender around
/// one store. The daemon runs it behind a web server, the simulation on a clock and a disk of its own.
package struct Pipeline: Service {
    let intake: WebhookIntake
    let sender: Sender
    private let store: Store
    private let decider: Decider
    private let observe: @Sendable (DaemonEvent) -> Void

    /// Wires a pipeline; nothing is sent before it runs.
    package init(
        configuration: Configuration, rules: CurrentRules, store: Store, carrier: any Carrier, clock: Clock,
        random: RandomSource = .system, observe: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.store = store
        self.observe = observe
        decider = Decider(rules: rules, policy: configuration.policy, clock: clock, observe: observe)
        sender = Sender(
            store: store, configuration: configuration, carrier: carrier, clock: clock, random: random,
            observe: observe)
        intake = WebhookIntake(
            store: store, clock: clock, takeoverPause: configuration.takeoverPause, decider: decider, sender: sender,
            waitingLimit: configuration.waitingLimit, random: random, observe: observe
        )
    }

    /// Sends until it is told to stop.
    package func run() async throws {
        while case let decided = try await store.patiently({ () async throws(StoreError) in
            try await store.decideLeft(by: decider.decide)
        }), !decided.isEmpty {
            for one in decided { observe(.decided(one)) }
        }
        try await sender.run()
    }

    /// Takes up entries that somebody else has put back into the outbox.
    func takeUpOutbox() async {
        await sender.takeUp()
    }

    /// Stores the event in a webhook's body; returns once it is on disk.
    package func take(_ body: [UInt8], account: Configuration.Account) async throws {
        _ = try await intake.take(body, account: account)
    }
}
