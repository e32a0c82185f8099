import Providers
import Responder
import ServiceLifecycle
import Store
import Synchronization

/// Sends the entries of the outbox: records each attempt, carries it to the provider and stores its outcome.
final class Sender: Sendable {
    private let store: Store
    private let accounts: [String: Configuration.Account]
    private let takeoverPause: Duration
    private let carrier: any Carrier
    private let clock: Clock
    private let observe: @Sendable (DaemonEvent) -> Void
    private let signal = WakeSignal()
    private let queue: Mutex<SendQueue>
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
            SendGate.Limits(interval: account.rate.map { .seconds(1) / $0 } ?? .zero)
        }
        queue = Mutex(SendQueue(limits, at: clock.uptime()))
        store.onOutboxChanges { [weak self] in self?.apply($0) }
    }

    /// Takes in changes that the store has committed.
    private func apply(_ changes: [OutboxChange]) {
        CrashPoint.reach(.accepted)
        let moment = moment
        queue.withLock { queue in
            for change in changes { queue.apply(change, at: moment) }
        }
        signal.send()
        for case .settled(let entry, let state, let reason) in changes {
            observe(.settled(SettledEntry(entry: entry, state: state, reason: reason)))
        }
    }

    /// Returns the number of entries of an account that wait or are in flight, without posts to the business.
    func waiting(of account: String) -> Int {
        queue.withLock { $0.waiting(of: account) }
    }

    /// Reports the operator actions of commands that ran beside the daemon, and looks at what they have changed.
    func takeOperatorActions() async {
        do {
            for action in try await store.takeOperatorActions() { observe(.operatorAction(action)) }
        } catch {
            // A daemon that ends calls the look off: that is no fault of the database.
            if !Task.isCancelled { observe(.storeFailed(error)) }
        }
    }

    /// Looks at once at what waits for a time of day, because the wall clock has been set.
    func recordClockStep() {
        signal.send()
    }

    /// Stops an account after a fault and notifies the listener.
    ///
    /// - Parameters:
    ///   - account: The number of the account.
    ///   - entry: The entry that the provider refused; `nil` if it was sent earlier.
    ///   - refusal: The provider's reason; `nil` if it refused the account after it had accepted the message.
    func stop(_ account: String, after entry: Int64? = nil, _ refusal: Refusal?) {
        let reason = refusal?.text ?? "the provider refused the account after it had accepted the message"
        let uptime = clock.uptime()
        let (isNews, waiting) = queue.withLock { queue in
            let isNews = queue.withGate(of: account) { $0.stop(after: entry, rest: refusal?.rest, at: uptime) }
            return (isNews, queue.waiting(of: account))
        }
        signal.send()
        guard isNews != false else { return }
        observe(.accountStopped(AccountStop(account: account, reason: reason, waiting: waiting)))
    }

    /// Sends until replyd is told to stop; first comes ``recover()``.
    func run() async {
        await withGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                var alarm: (due: Duration, callOff: @Sendable () -> Void)?
                var behind: Set<String> = []
                var signals = signal.signals.makeAsyncIterator()
                while !isStopping.load(ordering: .acquiring) {
                    let moment = moment
                    let (entries, wake, nowBehind) = queue.withLock { queue in
                        (queue.next(at: moment), queue.nextWake(at: moment), queue.behind(at: moment.uptime))
                    }
                    if nowBehind != behind {
                        behind = nowBehind
                        store.setBehind(behind)
                    }
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

    private var moment: SendQueue.Moment { SendQueue.Moment(uptime: clock.uptime(), now: clock.now()) }

    /// Takes up what waits in the database, and what was in flight when the last run ended.
    ///
    /// - Throws: `StoreError` if the database can't be used.
    func recover() async throws {
        try await store.patiently(clock, observe: observe) { () async throws(StoreError) in
            try await store.recover(at: clock.now(), takeoverPause: takeoverPause)
        }
        let uptime = clock.uptime()
        for account in try await store.stoppedAccounts() {
            let hasProbe = queue.withLock { queue in
                guard queue.waiting(of: account.number) > 0 else { return false }
                return queue.withGate(of: account.number) { $0.stopAtStart(at: uptime) } != nil
            }
            // Without an entry to try, the next one that comes shows whether the fault has been mended.
            if !hasProbe { try await store.resume(account.number) }
        }
        await takeOperatorActions()
    }

    private func send(_ entry: EntryReference) async {
        guard let account = accounts[entry.account] else { return }
        await send(entry, from: account, canAsk: account.endpoint.provider.tellsWindows)
    }

    private func send(_ entry: EntryReference, from account: Configuration.Account, canAsk: Bool) async {
        do {
            let start = try await store.beginAttempt(
                entry.id, onUnknown: account.onUnknown, triesShutWindow: account.triesShutWindow, canAsk: canAsk,
                at: clock.now())
            switch start {
            case .ask(let conversation, let address):
                await correctWindow(of: conversation, address, for: entry, account)
                await send(entry, from: account, canAsk: false)
            case .over(_, let reason):
                probeAgain(entry, at: clock.uptime())
                finish(entry, isGone: reason == .noSuchEntry)
            case .notYet:
                probeAgain(entry, at: clock.uptime())
                finish(entry)
            case .send(let attempt):
                CrashPoint.reach(.begun)
                await send(attempt, of: entry, from: account)
            }
        } catch {
            observe(.storeFailed(error))
            probeAgain(entry, at: clock.uptime() + .seconds(1))
            finish(entry, retryAt: clock.uptime() + .seconds(1))
        }
    }

    /// Asks the provider for the window of a contact. If it does not answer, the window stays as it is known.
    private func correctWindow(
        of conversation: Int64, _ address: String, for entry: EntryReference, _ account: Configuration.Account
    ) async {
        let asked = clock.now()
        guard let request = SendRequest(askingForWindowOf: address, from: account.endpoint),
            case .accepted(_, let minutes?) = await carrier.carry(request, timeout: account.timeout)
        else { return }
        do {
            try await store.correctWindow(minutes: minutes, for: entry.id, of: conversation, askedAt: asked)
        } catch {
            observe(.storeFailed(error))
        }
    }

    private func send(_ attempt: Attempt, of entry: EntryReference, from account: Configuration.Account) async {
        observe(.attempting(entry, attempt))
        let begin = clock.uptime()
        let request: SendRequest?
        let outcome: AttemptOutcome
        switch attempt.content {
        case .message(let message):
            let mark = AttemptMark(entry: entry.id, attempt: attempt.id, startedAt: attempt.startedAt)
            let message = SendRequest(message, from: account.endpoint, to: attempt.address, mark: mark)
            withGate(of: entry) { $0.beginCarrying(at: begin) }
            outcome = await carrier.carry(message, timeout: account.timeout)
            let end = clock.uptime()
            withGate(of: entry) { $0.endCarrying(after: end - begin, at: end) }
            request = message
        case .post(let link, let json):
            outcome = await carrier.post(json, to: link)
            request = nil
        }
        let elapsed = clock.uptime() - begin
        CrashPoint.reach(.answered)
        let delay = delay(after: outcome, of: attempt, entry)
        guard let settlement = await record(outcome, of: attempt, request, account, delay: delay) else { return }
        CrashPoint.reach(.ended)
        observe(
            .attempted(
                EndedAttempt(
                    entry: entry, attempt: attempt, outcome: outcome, settlement: settlement, elapsed: elapsed)))
        // First the gate, then the entry: an account that must stop must not be tried again at once.
        await updateGate(of: entry, after: outcome, settlement)
        finish(entry)
    }

    /// Returns the wait before the next attempt of an entry. If the provider has too much to do, the account slows down
    /// as a whole.
    private func delay(after outcome: AttemptOutcome, of attempt: Attempt, _ entry: EntryReference) -> Duration {
        guard case .transient(_, let retryAfter) = outcome else {
            return wait(after: attempt.number)
        }
        guard outcome.isTurnedAway, entry.lane != .posts else {
            let isContactTired = outcome.refusal?.congestion == .contact
            return wait(after: attempt.number, retryAfter: retryAfter, by: isContactTired ? .ofOneContact : schedule)
        }
        let uptime = clock.uptime()
        let next = withGate(of: entry) { gate in
            gate.slow(after: entry.id, at: uptime) { wait(after: $0, retryAfter: retryAfter) }
        }
        return max((next ?? uptime) - uptime, .zero)
    }

    private func wait(
        after failures: Int, retryAfter: Duration? = nil, by schedule: RetrySchedule = RetrySchedule()
    ) -> Duration {
        var random = random
        return schedule.delay(after: failures, retryAfter: retryAfter, using: &random)
    }

    /// Stores an outcome, trying again until it is on disk, because the entry can't move before. Returns `nil` if
    /// replyd stops first; the next start then finds the attempt without an outcome.
    private func record(
        _ outcome: AttemptOutcome, of attempt: Attempt, _ request: SendRequest?, _ account: Configuration.Account,
        delay: Duration
    ) async -> Settlement? {
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
    private func updateGate(
        of entry: EntryReference, after outcome: AttemptOutcome, _ settlement: Settlement
    ) async {
        guard entry.lane != .posts else { return }
        if settlement == .accountStopped {
            return stop(entry.account, after: entry.id, outcome.refusal)
        }
        switch outcome {
        case .unknown, .transient, .accountFault:
            let uptime = clock.uptime()
            withGate(of: entry) { $0.recordUnclear(entry.id, at: uptime) }
        case .accepted, .permanent, .windowShut, .dryRun:
            guard withGate(of: entry, { $0.pass(entry.id) }) == true else { return signal.send() }
            do {
                try await store.resume(entry.account)
            } catch {
                observe(.storeFailed(error))
            }
            signal.send()
            observe(.accountResumed(entry.account))
        }
    }

    private func probeAgain(_ entry: EntryReference, at next: Duration) {
        withGate(of: entry) { $0.probeAgain(entry.id, at: next) }
    }

    @discardableResult
    private func withGate<Result: Sendable>(of entry: EntryReference, _ body: @Sendable (inout SendGate) -> Result)
        -> Result?
    {
        guard entry.lane != .posts else { return nil }
        return queue.withLock { queue in queue.withGate(of: entry.account, body) }
    }

    private func finish(_ entry: EntryReference, isGone: Bool = false, retryAt: Duration? = nil) {
        let moment = moment
        queue.withLock { $0.finished(entry, isGone: isGone, retryAt: retryAt, at: moment) }
        signal.send()
    }
}
