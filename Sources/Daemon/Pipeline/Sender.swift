import Providers
import Responder
import ServiceLifecycle
import Store
import Synchronization

/// Sends the entries of the outbox: records each attempt, carries it to the provider and stores its outcome.
final class Sender: Service {
    private let store: Store
    private let accounts: [String: Configuration.Account]
    private let takeoverPause: Duration
    private let carrier: any Carrier
    private let clock: Clock
    private let observe: @Sendable (DaemonEvent) -> Void
    private let signal = WakeSignal()
    private let queue: Mutex<SendQueue>
    /// The number of answers that may be ready to be sent before new messages have to wait for them.
    private static let readyLimit = 128
    private let isStopping = Atomic(false)
    private let schedule = RetrySchedule()
    private let random: RandomSource

    init(
        store: Store, configuration: Configuration, carrier: any Carrier, clock: Clock, random: RandomSource,
        observe: @escaping @Sendable (DaemonEvent) -> Void
    ) {
        self.store = store
        self.carrier = carrier
        self.clock = clock
        self.random = random
        self.observe = observe
        accounts = Dictionary(uniqueKeysWithValues: configuration.accounts.map { ($0.number, $0) })
        takeoverPause = configuration.takeoverPause
        let limits = accounts.mapValues { account in
            SendQueue.Limits(interval: account.rate.map { .seconds(1) / $0 } ?? .zero)
        }
        queue = Mutex(SendQueue(limits, at: clock.uptime()))
    }

    /// Adds entries that wait in the outbox to the queue.
    func add(_ entries: [EntryReference]) {
        guard !entries.isEmpty else { return }
        let now = clock.now()
        let uptime = clock.uptime()
        queue.withLock { queue in
            for entry in entries { queue.add(entry, due: uptime + max(entry.due - now, .zero), at: uptime) }
        }
        signal.send()
    }

    /// Returns the number of entries of an account that wait or are in flight.
    func waiting(of account: String) -> Int {
        queue.withLock { $0.waiting(of: account) }
    }

    /// Reports the operator actions of commands that ran beside the daemon.
    private func recordCommands() async throws(StoreError) {
        for action in try await store.takeOperatorActions() { observe(.operatorAction(action)) }
    }

    /// Takes up all entries that wait in the outbox, and lets go of those that no longer do.
    func takeUp() async {
        do {
            try await recordCommands()
            // The ids are taken before the outbox is read: an entry that is added in between is not gone.
            let known = queue.withLock { $0.waiting }
            let waiting = try await store.waitingEntries()
            let gone = Set(known).subtracting(waiting.map(\.id))
            let uptime = clock.uptime()
            queue.withLock { $0.makeDue(gone, at: uptime) }
            add(waiting)
            signal.send()
        } catch {
            observe(.storeFailed(error))
        }
    }

    /// Stops an account after a fault and notifies the listener.
    func stop(_ account: String, _ refusal: Refusal) async {
        let uptime = clock.uptime()
        queue.withLock { $0.stop(account, probeAt: uptime + SendQueue.probeInterval) }
        signal.send()
        let stopped = try? await store.stoppedAccounts().first { $0.number == account }
        observe(
            .accountStopped(AccountStop(account: account, reason: refusal.text, waiting: stopped?.waiting ?? 0)))
    }

    func run() async throws {
        try await recover()
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                var alarm: (due: Duration, callOff: @Sendable () -> Void)?
                var signals = signal.signals.makeAsyncIterator()
                while !isStopping.load(ordering: .acquiring) {
                    let uptime = clock.uptime()
                    let (entries, wake, ready) = queue.withLock { queue in
                        (queue.next(at: uptime), queue.nextWake(at: uptime), queue.ready)
                    }
                    store.setSending(isBehind: ready > Self.readyLimit)
                    for entry in entries { group.addTask { await self.send(entry) } }
                    if let wake, alarm?.due != wake {
                        alarm?.callOff()
                        alarm = (wake, clock.alarm(wake) { [signal] in signal.send() })
                    }
                    if await signals.next() == nil { break }
                }
                alarm?.callOff()
            }
        } onGracefulShutdown: {
            // Requests in flight are finished; entries that wait stay in the outbox.
            self.isStopping.store(true, ordering: .releasing)
            self.signal.finish()
        }
        carrier.close()
    }

    private func recover() async throws {
        let entries = try await store.patiently { () async throws(StoreError) in
            try await store.recover(at: clock.now())
        }
        let uptime = clock.uptime()
        for account in try await store.stoppedAccounts() {
            // The fault may have been mended while replyd was down: one entry is tried at once, or the next that comes.
            if account.waiting > 0 {
                queue.withLock { $0.stop(account.number, probeAt: uptime) }
            } else {
                try await store.resume(account.number)
            }
        }
        try await recordCommands()
        add(entries)
    }

    private func send(_ entry: EntryReference) async {
        guard let account = accounts[entry.account] else { return }
        do {
            switch try await store.beginAttempt(entry.id, onUnknown: account.onUnknown, at: clock.now()) {
            case .over(let state, let reason):
                // If this was to be the probe of a stopped account, the next entry takes its place.
                probeAgain(account.number, at: clock.uptime())
                finish(entry)
                observe(.settled(SettledEntry(entry: entry, state: state, reason: reason)))
            case .send(let attempt):
                CrashPoint.reach(.begun)
                await send(attempt, of: entry, from: account)
            }
        } catch {
            observe(.storeFailed(error))
            probeAgain(account.number, at: clock.uptime() + .seconds(1))
            finish(entry, retryAt: clock.uptime() + .seconds(1))
        }
    }

    private func send(_ attempt: Attempt, of entry: EntryReference, from account: Configuration.Account) async {
        observe(.attempting(entry, attempt))
        let begin = clock.uptime()
        let request: SendRequest?
        let outcome: AttemptOutcome
        switch attempt.content {
        case .message(let message):
            let message = SendRequest(message, from: account.endpoint, to: attempt.address)
            outcome = await carrier.carry(message, timeout: account.timeout)
            request = message
        case .post(let link, let json):
            outcome = await carrier.post(json, to: link)
            request = nil
        }
        let elapsed = clock.uptime() - begin
        CrashPoint.reach(.answered)
        guard let settlement = await record(outcome, of: attempt, request, account) else { return }
        CrashPoint.reach(.ended)
        observe(
            .attempted(
                EndedAttempt(
                    entry: entry, attempt: attempt, outcome: outcome, settlement: settlement, elapsed: elapsed)))
        // First the gate, then the entry: an account that must stop must not be tried again at once.
        if request != nil { await updateGate(of: account.number, after: outcome) }
        switch settlement {
        case .over: finish(entry)
        case .retry(let due): finish(entry, retryAt: clock.uptime() + max(due - clock.now(), .zero))
        case .accountStopped: finish(entry, retryAt: clock.uptime())
        }
    }

    /// Stores an outcome, trying again until it is on disk, because the entry can't move before. Returns `nil` if
    /// replyd stops first; the next start then finds the attempt without an outcome.
    private func record(
        _ outcome: AttemptOutcome, of attempt: Attempt, _ request: SendRequest?, _ account: Configuration.Account
    ) async -> Settlement? {
        var random = random
        var retryAfter: Duration?
        if case .transient(_, let asked) = outcome { retryAfter = asked }
        let delay = schedule.delay(after: attempt.number, retryAfter: retryAfter, using: &random)
        while true {
            do {
                return try await store.endAttempt(
                    attempt.id, outcome, policy: TakeoverPolicy(pause: takeoverPause, onUnknown: account.onUnknown),
                    delay: delay, request: request.flatMap(carrier.record), at: clock.now()
                )
            } catch {
                observe(.storeFailed(error))
                if isStopping.load(ordering: .acquiring) { return nil }
                guard (try? await clock.sleep(clock.uptime() + .seconds(1))) != nil else { return nil }
            }
        }
    }

    /// Stops the account after a fault; lets it go on after an outcome that shows that the provider knows it.
    private func updateGate(of account: String, after outcome: AttemptOutcome) async {
        switch outcome {
        case .accountFault(let refusal):
            await stop(account, refusal)
        case .transient:
            // This outcome says nothing about the account. If it was that of a probe, the next probe is due in a while.
            probeAgain(account, at: clock.uptime() + SendQueue.probeInterval)
        case .accepted, .permanent, .windowShut, .unknown, .dryRun:
            guard queue.withLock({ $0.resume(account) }) else { return }
            do {
                try await store.resume(account)
            } catch {
                observe(.storeFailed(error))
            }
            signal.send()
            observe(.accountResumed(account))
        }
    }

    private func probeAgain(_ account: String, at uptime: Duration) {
        queue.withLock { $0.probeFailed(account, nextAt: uptime) }
    }

    private func finish(_ entry: EntryReference, retryAt: Duration? = nil) {
        let uptime = clock.uptime()
        queue.withLock { $0.finished(entry, retryAt: retryAt, at: uptime) }
        signal.send()
    }
}
