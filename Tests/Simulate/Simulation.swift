import Daemon
import Foundation
import JSONText
import Providers
import Responder
import RuleFiles
import SeededRandom
import ServiceLifecycle
import ServiceLifecycleTestKit
import Store

/// One shop, its customers and its provider over two days, with all the mishaps that the seed chooses.
final class Simulation: @unchecked Sendable {
    static let account = "972771234567"
    private static let waits: [Duration] = [.zero, .minutes(5), .minutes(20), .hours(1), .hours(4), .hours(24)]

    /// A message that a customer has written.
    struct Written {
        var contact: String
        var unique: String
        var text: String
        /// Whether replyd has answered 200 to its webhook.
        var isAcknowledged = false
    }

    let time = SimulatedTime()
    let random: SharedRandom
    let provider: SimulatedProvider
    private let scheduler: SimulatedScheduler
    private var run: ProcessRun?
    private var pipeline: Pipeline?
    private var tasks: [Task<Void, Never>] = []
    /// The trigger that stops the process.
    private var stopTrigger: GracefulShutdownTestTrigger?
    private var currentRules: CurrentRules?
    private var store: Store?
    private var rules = 0
    private var configuration: Configuration
    private(set) var written: [Written] = []
    /// Whether some run was configured to send again if the outcome is unknown.
    private(set) var hasResent = false
    /// Whether the wall clock was ever wrong.
    private(set) var hadWrongClock = false
    private(set) var restarts = 0
    /// The number of jobs until the process is killed; `nil` if no kill is planned.
    private var jobsLeft: Int?
    private(set) var jobCount = 0
    /// The way in which the process has ended by itself; `nil` if it has not.
    private var ending: Ending?
    private enum Ending { case stopped, failed }
    private(set) var failures: [String] = []

    init(seed: UInt64) {
        random = SharedRandom(seed: seed)
        scheduler = SimulatedScheduler(random: random)
        let isMeta = random.draw { $0.chance(0.5) }
        provider = SimulatedProvider(time: time, random: random, isMeta: isMeta)
        var account = Configuration.Account(
            endpoint: ProviderAccount(
                number: Self.account, provider: isMeta ? .meta : .ninetyNineDigital, credential: Secret("key"),
                settings: isMeta ? ["phone_number_id": SimulatedProvider.line] : [:]),
            webhookSecret: nil)
        account.triesShutWindow = isMeta && random.draw { $0.chance(0.3) }
        configuration = Configuration(database: "", rules: "", accounts: [account])
        // Most simulations begin with a database that exists; some create theirs, and may be cut off while they do.
        MemoryDisk.current = random.draw({ $0.chance(0.05) }) ? MemoryDisk() : MemoryDisk(holding: Self.migrated)
        provider.post = { [unowned self] _, hook in deliver(hook) }
        provider.postBatch = { [unowned self] events in
            deliver(SimulatedProvider.body(events), events: events)
        }
    }

    /// Runs the simulation to its end and checks the result; broken invariants are in ``failures``.
    func play() {
        start()
        planCustomers()
        planMishaps()
        proceed(until: .hours(48))
        // From here on nothing goes wrong, so that everything that can still be done is done.
        provider.isFaulty = false
        provider.refusesUntil = .zero
        time.error = .zero
        MemoryDisk.current.isFull = false
        MemoryDisk.current.operationsLeft = nil
        jobsLeft = nil
        if run == nil { start() }
        proceed(until: .hours(48 + 60))
        check()
        end(cutsPower: false)
    }

    func fail(_ what: String) { failures.append(what) }

    // MARK: Going on

    private func proceed(until end: Duration) {
        repeat {
            runJobs()
        } while time.advance(until: end)
        runJobs()
    }

    private func runJobs() {
        while !scheduler.isIdle {
            if MemoryDisk.current.isDead { crash(cutsPower: true) }
            if let left = jobsLeft {
                jobsLeft = left - 1
                if left == 0 { crash(cutsPower: random.draw { $0.chance(0.5) }) }
            }
            guard !scheduler.isIdle else { break }
            scheduler.runOne()
            jobCount += 1
            switch ending {
            case nil: break
            case .failed: crash(cutsPower: false)
            case .stopped: restart { endInOrder() }
            }
        }
        if MemoryDisk.current.isDead { crash(cutsPower: true) }
    }

    // MARK: The process

    /// Opens the database on the simulated disk; `faults` has transactions meet others, and answers to commits lost.
    private static func openStore(faults: (@Sendable () -> CommitFault?)? = nil) throws -> Store {
        // Without shared memory, WAL works only in exclusive mode.
        try Store(
            simulatedAt: "replyd.sqlite", settings: ["PRAGMA locking_mode = EXCLUSIVE", "PRAGMA journal_mode = WAL"],
            faults: faults)
    }

    /// The files of an empty database: creating them takes longer than most of what is simulated.
    private static let migrated: [String: [UInt8]] = {
        MemoryDisk.current = MemoryDisk()
        do {
            try openStore().close()
        } catch {
            fatalError("an empty database can't be made: \(error)")
        }
        return MemoryDisk.current.contents
    }()

    private func start() {
        let run = ProcessRun()
        do {
            let random = random
            let store = try Self.openStore { random.draw { Self.fault(&$0) } }
            self.store = store
            let problems = try store.look { db in try db.all("PRAGMA integrity_check") { $0.text(0) } }
            if problems != ["ok"] { fail("the database is damaged: \(problems)") }
            let currentRules = CurrentRules(Shop.rules(rules))
            let pipeline = Pipeline(
                configuration: configuration, rules: currentRules, store: store,
                carrier: SimulatedCarrier(provider: provider, run: run), clock: time.clock(for: run),
                random: RandomSource { random.draw { $0.next() } }, observe: { _ in })
            self.currentRules = currentRules
            self.pipeline = pipeline
            self.run = run
            begin(pipeline, in: run)
            hasResent = hasResent || configuration.accounts[0].onUnknown == .resend
        } catch {
            // The disk is full: the person who looks after the machine tries again.
            if !MemoryDisk.current.isFull, !MemoryDisk.current.isDead { fail("the database can't be opened: \(error)") }
            store?.abandon()
            store = nil
            MemoryDisk.current.revive()
            time.after(.minutes(2)) { [self] in if self.run == nil { start() } }
        }
    }

    private func begin(_ pipeline: Pipeline, in run: ProcessRun) {
        let task = Task(executorPreference: scheduler) { [self] in
            do {
                try await testGracefulShutdown { trigger in
                    if self.run === run { stopTrigger = trigger }
                    try await pipeline.run()
                }
                if self.run === run { ending = .stopped }
            } catch {
                // A failure ends the process; the person who looks after the machine starts it again.
                if self.run === run { ending = .failed }
            }
        }
        tasks.append(task)
    }

    private func crash(cutsPower: Bool) {
        restart { end(cutsPower: cutsPower) }
    }

    /// Ends the process and starts it again after a while, perhaps with other settings.
    private func restart(_ end: () -> Void) {
        jobsLeft = nil
        guard run != nil else {
            MemoryDisk.current.revive()
            return
        }
        end()
        ending = nil
        restarts += 1
        if random.draw({ $0.chance(0.3) }) { rules = 1 - rules }
        if random.draw({ $0.chance(0.2) }) {
            configuration.accounts[0].onUnknown = random.draw { $0.one(of: [.hold, .hold, .resend]) }
        }
        time.after(random.draw { $0.span(.milliseconds(100), .minutes(10)) }) { [self] in if run == nil { start() } }
    }

    /// Tells the process to stop: it takes no more webhooks and finishes the work in flight.
    private func stop() {
        pipeline = nil
        stopTrigger?.triggerGracefulShutdown()
    }

    /// Replaces the rules while the process runs.
    private func reloadRules() {
        rules = 1 - rules
        _ = currentRules?.take(Shop.variants[rules], at: time.trueNow + time.error)
    }

    /// Ends the process in order: the pipeline has ended, and the database is closed.
    private func endInOrder() {
        run?.end()
        forgetProcess()
        store?.abandon()
        store = nil
        MemoryDisk.current.revive()
    }

    private func forgetProcess() {
        run = nil
        pipeline = nil
        currentRules = nil
        stopTrigger = nil
        for task in tasks { task.cancel() }
        tasks = []
        while !scheduler.isIdle { scheduler.runOne() }
    }

    /// Ends the process on the spot: nothing that it still does has an effect outside.
    private func end(cutsPower: Bool) {
        MemoryDisk.current.kill()
        run?.end()
        forgetProcess()
        store?.abandon()
        store = nil
        if cutsPower {
            random.draw { MemoryDisk.current.cutPower(&$0) }
        } else {
            MemoryDisk.current.revive()
        }
    }

    private static func fault(_ random: inout SeededRandom) -> CommitFault? {
        guard random.chance(0.05) else { return nil }
        return random.chance(0.3) ? .refused : .unanswered(isCommitted: random.chance(0.5))
    }

    // MARK: Webhooks

    /// Delivers a webhook as the provider does: again and again until it is answered with 200, and sometimes once more.
    private func deliver(
        _ hook: [String: JSON], attempt: Int = 0, message: Int? = nil, events: [SimulatedProvider.Event] = []
    ) {
        guard attempt < Self.waits.count else { return }
        func again() { deliver(hook, attempt: attempt + 1, message: message, events: events) }
        time.after(Self.waits[attempt] + random.draw { $0.span(.milliseconds(1), .seconds(2)) }) { [self] in
            guard let run, let pipeline else { return again() }
            let body = JSON.object(hook).encoded
            let account = configuration.accounts[0]
            _ = Task(executorPreference: scheduler) { [self] in
                do {
                    try await pipeline.take(body, account: account)
                    guard !run.isOver else { return again() }
                    if let message { written[message].isAcknowledged = true }
                    for event in events {
                        if let message = event.written { written[message].isAcknowledged = true }
                        if let acceptance = event.acceptance { provider.markReported(acceptance) }
                    }
                    guard random.draw({ $0.chance(0.1) }) else { return }
                    // What comes again comes in other company.
                    let part = events.filter { _ in random.draw { $0.chance(0.7) } }
                    let late = events.isEmpty ? hook : SimulatedProvider.body(part)
                    time.after(random.draw { $0.span(.zero, .hours(26)) }) { [self] in
                        deliver(late, attempt: Self.waits.count - 1, message: nil)
                    }
                } catch {
                    again()
                }
            }
        }
    }

    private func planCustomers() {
        for customer in 0..<(1 + random.draw { $0.upTo(4) }) {
            let contact = "97250000000\(customer)"
            var moment = random.draw { $0.span(.zero, .hours(8)) }
            for _ in 0..<(1 + random.draw { $0.upTo(8) }) {
                time.after(moment) { [self] in write(contact) }
                moment += random.draw {
                    $0.chance(0.5) ? $0.span(.milliseconds(1), .seconds(5)) : $0.span(.zero, .hours(12))
                }
            }
        }
    }

    private func write(_ contact: String) {
        let number = written.count
        let text = "m\(number) \(random.draw { $0.one(of: Shop.words) })"
        let unique = "C\(number)"
        written.append(Written(contact: contact, unique: unique, text: text))
        provider.recordMessage(account: Self.account, contact: contact)
        if provider.isMeta { return writeAtMeta(contact, unique, text, number) }
        let hook: [String: JSON] = [
            "hook": "new", "unique": .string(unique), "from": .string(contact), "to": .string(Self.account),
            "type": "text", "body": .string(text), "timestamp": .integer(time.trueNow.milliseconds / 1000),
        ]
        let (isLost, isLate) = random.draw { ($0.chance(0.02), $0.chance(0.1)) }
        if isLost { return }
        time.after(isLate ? random.draw { $0.span(.zero, .hours(30)) } : .zero) { [self] in
            deliver(hook, message: number)
        }
        // Now and then a person answers from another tool.
        if random.draw({ $0.chance(0.03) }) {
            let elsewhere: [String: JSON] = [
                "hook": "update", "unique": .string(provider.makeUnique()), "from": .string(contact),
                "ack": .integer(1),
            ]
            time.after(random.draw { $0.span(.zero, .minutes(1)) }) { [self] in deliver(elsewhere) }
        }
    }

    private func writeAtMeta(_ contact: String, _ unique: String, _ text: String, _ number: Int) {
        var message: [String: JSON] = [
            "id": .string(unique), "from_user_id": .string(SimulatedProvider.id(of: contact)), "type": "text",
            "timestamp": .string("\(time.trueNow.milliseconds / 1000)"), "text": .object(["body": .string(text)]),
        ]
        // Some hide their number now and then.
        if random.draw({ $0.chance(0.7) }) { message["from"] = .string(contact) }
        let (isLost, isLate) = random.draw { ($0.chance(0.02), $0.chance(0.1)) }
        if isLost { return }
        time.after(isLate ? random.draw { $0.span(.zero, .hours(30)) } : .zero) { [self] in
            provider.batch(.init(message: .object(message), written: number))
        }
        guard random.draw({ $0.chance(0.03) }) else { return }
        let echo: JSON = .object(["id": .string(provider.makeUnique()), "to": .string(contact)])
        time.after(random.draw { $0.span(.zero, .minutes(1)) }) { [self] in provider.batch(.init(echo: echo)) }
    }

    // MARK: Mishaps

    private func planMishaps() {
        func plan(_ most: Int, _ mishap: @escaping () -> Void) {
            for _ in 0..<random.draw({ $0.upTo(most + 1) }) {
                time.after(random.draw { $0.span(.zero, .hours(40)) }, mishap)
            }
        }
        plan(4) { [self] in jobsLeft = random.draw { $0.upTo(40) } }
        plan(3) { [self] in MemoryDisk.current.operationsLeft = random.draw { $0.upTo(30) } }
        plan(1) { [self] in stop() }
        plan(2) { [self] in reloadRules() }
        plan(1) { [self] in
            provider.refusesUntil = time.uptime + random.draw { $0.span(.zero, .hours(5)) }
        }
        plan(1) { [self] in
            MemoryDisk.current.isFull = true
            time.after(random.draw { $0.span(.zero, .minutes(30)) }) { MemoryDisk.current.isFull = false }
        }
        guard random.draw({ $0.chance(0.3) }) else { return }
        plan(2) { [self] in
            hadWrongClock = true
            time.error = random.draw { $0.span(.zero, .hours(3)) - .minutes(90) }
            time.after(random.draw { $0.span(.zero, .hours(3)) }) { [self] in time.error = .zero }
        }
    }

    // MARK: The end

    private func check() {
        guard let store else { return fail("replyd does not run at the end") }
        do {
            try store.look { db in try Invariants(db: db, simulation: self).check() }
        } catch {
            fail("the database can't be read: \(error)")
        }
    }
}
