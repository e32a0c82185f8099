import DatabaseFile
import Daemon
import Foundation
import JSONText
import Providers
import Responder
import SeededRandom
import ServiceLifecycle
import ServiceLifecycleTestKit
import Store
import Synchronization

/// The pipeline on real threads and a real disk, delayed at random places: what one thread can't show is the order in
/// which threads get their turn.
///
/// A seed chooses what happens, but not when: a fault may need several runs to be seen again.
final class ThreadedSimulation: Sendable {
    /// The number of simulated seconds in a real one.
    private static let speed = 400
    private static let account = "972771234567"
    private static let contacts = 6
    private static let messages = 8
    private static let words =
        Array(repeating: "hello", count: 9) + ["two", "two", "two", "slow", "person", "stop", "join", "join"]
    /// The number of looks at the outbox, 5 ms or more apart, during which nothing may stand still: 20 seconds, and more
    /// where the machine has little time for the pipeline, since it has as little for the looks.
    private static let patience = 4000

    private struct State {
        var random: SeededRandom
        /// The contents that the provider has accepted, and how often.
        var accepted: [String: Int] = [:]
        /// The contacts to whom a request is in flight.
        var inFlight: Set<String> = []
        var failures: [String] = []
    }

    private let state: Mutex<State>
    private let start = ContinuousClock.now

    init(seed: UInt64) {
        state = Mutex(State(random: SeededRandom(seed: seed)))
    }

    /// Runs the simulation; returns the broken invariants.
    func play() async -> [String] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "replyd-threads-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let store = try Store(path: folder.appendingPathComponent("a.sqlite").path)
            defer { store.close() }
            try await run(store)
            try check(store.path)
        } catch {
            fail("\(error)")
        }
        return state.withLock { $0.failures }
    }

    private func run(_ store: Store) async throws {
        var configuration = Configuration(
            database: "", rules: "",
            accounts: [
                Configuration.Account(
                    endpoint: ProviderAccount(
                        number: Self.account, provider: .ninetyNineDigital, credential: Secret("key")),
                    webhookSecret: nil)
            ])
        configuration.loopGuard = nil
        let pipeline = Pipeline(
            configuration: configuration, rules: CurrentRules(Shop.rules(0)), store: store,
            carrier: JitteryCarrier(simulation: self), clock: clock,
            random: RandomSource { [self] in draw { $0.next() } }, observe: { [self] _ in jitter() })
        let account = configuration.accounts[0]
        try await testGracefulShutdown { trigger in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await pipeline.run() }
                group.addTask { [self] in
                    await withTaskGroup(of: Void.self) { writers in
                        for contact in 0..<Self.contacts {
                            writers.addTask { [self] in
                                await write("97250000000\(contact)", to: pipeline, account)
                            }
                        }
                        writers.addTask { [self] in await steer(store) }
                    }
                    try await waitUntilQuiet(store)
                    trigger.triggerGracefulShutdown()
                }
                try await group.waitForAll()
            }
        }
    }

    /// Writes the messages of a contact; some of them arrive together.
    private func write(_ contact: String, to pipeline: Pipeline, _ account: Configuration.Account) async {
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<Self.messages {
                let (word, pause) = draw { random in
                    (random.one(of: Self.words), random.upTo(3))
                }
                let hook: [String: JSON] = [
                    "hook": "new", "unique": .string("\(contact)-\(number)"), "from": .string(contact),
                    "to": .string(Self.account), "type": "text", "body": .string("\(contact)-\(number) \(word)"),
                ]
                group.addTask { [self] in
                    do {
                        try await pipeline.take(JSON.object(hook).encoded, account: account)
                    } catch {
                        fail("\(error)")
                    }
                }
                if pause > 0 { try? await Task.sleep(for: .milliseconds(pause)) }
            }
        }
    }

    /// What people do in the console meanwhile.
    private func steer(_ store: Store) async {
        for _ in 0..<12 {
            let (deed, number, pause) = draw { ($0.upTo(4), Int64(1 + $0.upTo(20)), 1 + $0.upTo(5)) }
            try? await Task.sleep(for: .milliseconds(pause))
            do {
                switch deed {
                case 0: _ = try await store.pause(number % Int64(Self.contacts) + 1, until: nil)
                case 1: _ = try await store.drop(number)
                case 2: _ = try await store.release(number, at: clock.now())
                default: _ = try await store.optOut(number % Int64(Self.contacts) + 1, false, at: clock.now())
                }
            } catch {
                fail("\(error)")
            }
        }
    }

    private func waitUntilQuiet(_ store: Store) async throws {
        var last: [EntryState: Int] = [:]
        var looks = 0
        while looks < Self.patience {
            let counts = try await store.outboxCounts().entries
            if counts[.waiting, default: 0] + counts[.sending, default: 0] == 0 { return }
            looks = counts == last ? looks + 1 : 0
            last = counts
            try await Task.sleep(for: .milliseconds(5))
        }
        let left = try await store.entries(.all, limit: 100).filter { [.waiting, .sending].contains($0.state) }
        fail("entries are left: \(left.map { "\($0.id) \($0.state) due \($0.dueAt - clock.now())" })")
        fail("\(left) \(try await store.stoppedAccounts())")
    }

    // MARK: The machine

    private var clock: Clock {
        let uptime: @Sendable () -> Duration = { [self] in (ContinuousClock.now - start) * Self.speed }
        let sleep: @Sendable (Duration) async throws -> Void = { until in
            try await Task.sleep(for: max(until - uptime(), .zero) / Self.speed)
        }
        return Clock(
            now: { [self] in
                jitter()
                return SimulatedTime.start + uptime()
            },
            uptime: uptime, sleep: sleep,
            alarm: { at, ring in
                let task = Task { if (try? await sleep(at)) != nil { ring() } }
                return { task.cancel() }
            })
    }

    /// Delays the thread now and then.
    private func jitter() {
        let delay = draw { $0.chance(0.1) ? $0.upTo(5000) : 0 }
        if delay > 0 { usleep(UInt32(delay)) }
    }

    private func draw<Result: Sendable>(_ body: (inout SeededRandom) -> Result) -> Result {
        var random = state.withLock { state -> SeededRandom in
            // A source of its own for each draw, so that the lock is short.
            SeededRandom(seed: state.random.next())
        }
        return body(&random)
    }

    private func fail(_ what: String) { state.withLock { $0.failures.append(what) } }

    // MARK: The provider

    fileprivate func carry(_ request: SendRequest) async -> AttemptOutcome {
        let contact = request.body["to"]?.text ?? ""
        let content = request.body["body"]?.text ?? request.body["bodyVariable1"]?.text ?? ""
        let (delay, fate) = draw { ($0.upTo(1000), $0.upTo(100)) }
        let isAlone = state.withLock { $0.inFlight.insert(contact).inserted }
        if !isAlone { fail("two requests to \(contact) are in flight at once") }
        try? await Task.sleep(for: .microseconds(delay))
        state.withLock { state in
            state.inFlight.remove(contact)
            if fate > 4 { state.accepted["\(contact) \(content)", default: 0] += 1 }
        }
        switch fate {
        case 0: return .transient(Refusal(reason: 6, text: "try again"), retryAfter: nil)
        case 1: return .transient(Refusal(status: 429, text: "too many"), retryAfter: nil)
        case 2: return .transient(Refusal(status: 503, text: "busy"), retryAfter: nil)
        case 3: return .accountFault(Refusal(reason: 2, text: "no such account"))
        case 4: return .unknown(Refusal(text: "no answer came"))
        default: return .accepted(unique: UUID().uuidString, minutesLeft: nil)
        }
    }

    // MARK: The end

    private func check(_ path: String) throws {
        for (content, count) in state.withLock({ $0.accepted }).sorted(by: { $0.key < $1.key }) where count > 1 {
            fail("'\(content)' was accepted \(count) times")
        }
        let file = try DatabaseFile(path)
        // Attempts are numbered in the order in which they were begun.
        let begun = try file.rows(
            """
            SELECT o.conversation, o.id, min(a.id) FROM outbox o JOIN attempt a ON a.entry = o.id
            WHERE o.lane = 0 AND o.released_at IS NULL GROUP BY o.id ORDER BY o.conversation, o.id
            """
        ).map { $0.compactMap(Int.init) }
        for (one, next) in zip(begun, begun.dropFirst()) where one[0] == next[0] && one[2] > next[2] {
            fail("entry \(next[1]) was begun before \(one[1])")
        }
        let decisions = try file.texts("SELECT count(*) FROM decision")
        if decisions != ["\(Self.contacts * Self.messages)"] { fail("there are \(decisions) decisions") }
    }
}

private struct JitteryCarrier: Carrier {
    let simulation: ThreadedSimulation

    func carry(_ request: SendRequest, timeout: Duration) async -> AttemptOutcome { await simulation.carry(request) }
    func post(_ json: String, to link: String) async -> AttemptOutcome { .accepted(unique: nil, minutesLeft: nil) }
    func record(of request: SendRequest) -> String? { nil }
    func close() {}
}
