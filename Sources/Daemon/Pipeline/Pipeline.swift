import Providers
import ServiceLifecycle
package import Store

/// The way of a message from its webhook to the provider, without server and network: intake, decider and sender around
/// one store. The daemon runs it behind a web server, the simulation on a clock and a disk of its own.
package struct Pipeline: Service {
    let intake: WebhookIntake
    let sender: Sender
    let clockWatch: ClockWatch
    private let store: Store
    private let clock: Clock
    private let decider: Decider
    let budgets: BudgetKeeper
    private let observe: @Sendable (DaemonEvent) -> Void

    /// Creates a pipeline; nothing is sent before ``run()``.
    package init(
        configuration: Configuration, rules: CurrentRules, store: Store, carrier: any Carrier, clock: Clock,
        random: RandomSource = .system, observe: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.store = store
        self.observe = observe
        self.clock = clock
        budgets = BudgetKeeper(accounts: configuration.accounts, at: clock.now(), observe: observe)
        decider = Decider(
            rules: rules, policy: configuration.policy, clock: clock, budgets: budgets, observe: observe)
        sender = Sender(
            store: store, configuration: configuration, carrier: carrier, clock: clock, random: random,
            observe: observe)
        clockWatch = ClockWatch(clock: clock, observe: observe)
        clockWatch.onStep { [sender] in sender.recordClockStep() }
        intake = WebhookIntake(
            store: store, clock: clock, takeoverPause: configuration.takeoverPause, decider: decider, sender: sender,
            waitingLimit: configuration.waitingLimit, random: random, observe: observe
        )
    }

    /// Decides the messages that an earlier run has left undecided, then sends until it is told to stop.
    ///
    /// - Throws: `StoreError` if the database can't be used at the start.
    package func run() async throws {
        do {
            if !budgets.isEmpty { try await budgets.load(from: store) }
            try await decideLeft()
            try await sender.recover()
        } catch  where Task.isShuttingDownGracefully {
            // It was waiting for room on the disk.
            return
        }
        await sender.run()
    }

    private func decideLeft() async throws {
        while case let decided = try await store.patiently(
            clock, observe: observe,
            { () async throws(StoreError) in
                try await store.decideLeft(by: decider.decide)
            }), !decided.isEmpty
        {
            for one in decided { observe(.decided(one)) }
        }
    }

    /// Takes up the changes that another program has made to the outbox.
    func takeOperatorActions() async {
        await sender.takeOperatorActions()
    }

    /// Stores the event in a webhook's body; returns once it is on disk.
    ///
    /// - Throws: `WebhookEvent.ParseError` if the body is no event, `StoreError` if it can't be stored.
    package func take(_ body: [UInt8], account: Configuration.Account) async throws {
        let provider = account.endpoint.provider
        let line = provider.lineKey.flatMap { account.endpoint.settings[$0] }
        let lines = WebhookLines(
            home: account.number, accounts: line.map { [$0: account.number] } ?? [:])
        _ = try await intake.take(body, from: provider, of: lines)
    }
}
