import Foundation
import Responder
import SeededRandom
import Synchronization
import Testing

@testable import Store

/// Steps that are run again, because their transaction met another one or the answer to its commit was lost.
@Suite struct RerunTests {
    /// A store of which every second transaction or so has a fault behaves as one without faults does: each step gives the
    /// same result, the same is announced, and the same is stored.
    @Test(arguments: UInt64(1)...40)
    func whateverIsRunAgainIsDoneOnce(seed: UInt64) async throws {
        let random = Mutex(SeededRandom(seed: seed))
        let smooth = try Line(faults: nil)
        let rough = try Line(faults: {
            random.withLock { random in
                guard random.chance(0.5) else { return nil }
                return random.chance(0.3) ? .refused : .unanswered(isCommitted: random.chance(0.6))
            }
        })
        var script = SeededRandom(seed: seed &* 7919)
        for number in 1...80 {
            let choice = script.next()
            let expected = try await smooth.act(number, choice)
            let actual = try await rough.act(number, choice)
            #expect(actual == expected, "seed \(seed), step \(number)")
            let (told, retold) = (try await smooth.takeChanges(), try await rough.takeChanges())
            #expect(told.others == retold.others, "seed \(seed), step \(number): \(expected)")
            #expect(told.lanes.isSubset(of: retold.lanes), "seed \(seed), step \(number): \(expected)")
        }
        let (expected, actual) = (try await smooth.everything(), try await rough.everything())
        #expect(expected.difference(from: actual).isEmpty, "seed \(seed)")
    }

    /// A step that is not in ``Line/act(_:_:)`` is not tested above.
    @Test func everyStatementThatWritesIsRunAgain() async throws {
        let record = StatementRecord()
        for seed in UInt64(1)...40 {
            let line = try Line(faults: nil, statements: record)
            var script = SeededRandom(seed: seed &* 7919)
            for number in 1...80 { _ = try await line.act(number, script.next()) }
        }
        let run = record.all
        let written = try StatementPlanTests.sources().flatMap(StatementPlanTests.statements)
        for statement in written where !statement.uppercased().hasPrefix("SELECT") {
            #expect(run.contains { $0.contains(statement) }, "`Line.act` below does not run: \(statement)")
        }
    }
}

/// A line with a few customers, a person at the console and a provider.
private final class Line: Sendable {
    private let folder: URL
    let store: Store
    private let announced = Mutex<[OutboxChange]>([])
    private let inFlight = Mutex<[Attempt]>([])
    private let tried = Mutex<Int64>(1)

    init(faults: (@Sendable () -> CommitFault?)?, statements: StatementRecord? = nil) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-rerun-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let trace: @Sendable (String) -> Void = { statements?.add($0) }
        store = try Store(
            simulatedAt: folder.appendingPathComponent("a.sqlite").path, trace: statements == nil ? nil : trace,
            faults: faults)
        store.onOutboxChanges { [weak self] changes in self?.announced.withLock { $0 += changes } }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// Does what `choice` says; returns the result in words.
    func act(_ number: Int, _ choice: UInt64) async throws -> String {
        var random = SeededRandom(seed: choice)
        let now = TemporaryStore.start + .minutes(number * 7)
        let entry = Int64(1 + random.upTo(max(number / 2, 1)))
        let conversation = Int64(1 + random.upTo(4))
        switch random.upTo(25) {
        case 0...5: return try await write(&random, number, at: now)
        case 6...9:
            // Several attempts at one entry.
            let entry = tried.withLock { tried in
                tried = random.chance(0.6) ? tried : entry
                return tried
            }
            let start = try await store.beginAttempt(entry, onUnknown: .hold, canAsk: random.chance(0.5), at: now)
            if case .ask(let conversation, _) = start {
                try await store.correctWindow(
                    minutes: random.one(of: [0, 300]), for: entry, of: conversation, askedAt: now)
            }
            if let attempt = start.attempt { inFlight.withLock { $0.append(attempt) } }
            return "\(start)"
        case 10, 11, 12:
            guard let attempt = inFlight.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else { return "" }
            let outcome: AttemptOutcome =
                random.chance(0.5)
                ? .accepted(unique: "A\(attempt.id)", minutesLeft: random.chance(0.2) ? 90 : nil)
                : random.chance(0.4)
                    ? .unknown(Refusal(text: "?")) : AttemptOutcome(reason: random.one(of: [2, 3, 4, 6, 7, 7, 7]))
            let end = try await store.endAttempt(attempt.id, outcome, policy: policy, delay: .minutes(1), at: now)
            guard case .unknown = outcome, random.chance(0.7) else { return "\(end)" }
            // It was accepted: the first that is heard of its id is a report on it.
            let report = DeliveryUpdate(
                unique: "L\(attempt.id)", contact: ReportedContact(attempt.address), ack: random.upTo(4))
            let later = now + .seconds(4)
            return
                "\(end) \(try await store.record(report, account: TemporaryStore.account, policy: policy, at: later))"
        case 13:
            let report = DeliveryUpdate(
                unique: random.chance(0.6) ? "A\(1 + random.upTo(12))" : "X\(number)",
                contact: ReportedContact(Self.numbers[random.upTo(4)]), ack: random.upTo(4))
            return "\(try await store.record(report, account: TemporaryStore.account, policy: policy, at: now))"
        case 14:
            let failure = DeliveryFailure(
                unique: random.chance(0.8) ? "A\(1 + random.upTo(12))" : "X\(number)",
                contact: ReportedContact(Self.numbers[random.upTo(4)]), reason: random.one(of: [2, 3, 6, 7]))
            return """
                \(try await store.record(
                    failure, account: TemporaryStore.account, payload: "{}", delay: { .minutes($0) }, at: now))
                """
        case 15: return "\(try await store.release(entry, at: now, by: Command(user: "me")))"
        case 16: return "\(try await store.drop(entry, by: Command(user: nil)))"
        case 17: return "\(try await store.pause(conversation, until: random.chance(0.5) ? now + .hours(1) : nil))"
        case 18: return "\(try await store.optOut(conversation, random.chance(0.5), at: now))"
        case 19, 20: return try await reportMarked(&random, at: now)
        case 21: return try await takeBatch(&random, number, at: now)
        default:
            switch random.upTo(10) {
            case 9:
                try await store.correctWindow(
                    minutes: random.one(of: [0, 300]), for: entry, of: conversation, askedAt: now)
                return "asked"
            case 0:
                inFlight.withLock { $0 = [] }
                return "\(try await store.recover(at: now, takeoverPause: .minutes(30)))"
            case 1:
                // Also while she is answered.
                let name = inFlight.withLock { $0.first?.address } ?? Self.numbers[random.upTo(4)]
                return "\(try await store.forget(store.people(named: name), by: Command(user: "me")))"
            case 2: return "\(try await store.takeOperatorActions())"
            case 3: return "\(try await store.keep(hook: "story", payload: "{}", account: "9", at: now))"
            case 4:
                let kept = try await store.deleteOld(before: now - .hours(4))
                return "\(String(describing: kept)) \(try await store.deleteOldHooks(before: now - .hours(4)))"
            case 5: return "\(try await store.resume(TemporaryStore.account))"
            case 6: return "\(try await store.checkWritable(at: now))"
            case 7:
                // An entry that can't be read.
                try await store.write { db in try db.run("UPDATE outbox SET outgoing = '{' WHERE id = ?", entry) }
                return "\(try await store.beginAttempt(entry, onUnknown: .hold, at: now))"
            default:
                // A message that was stored and not decided.
                let message = TemporaryStore.message("L\(number)", from: Self.numbers[random.upTo(4)], at: now)
                let silence = (TemporaryStore.silence, now)
                _ = try await store.accept(message, payload: "{}", at: now) { _, _ in silence }
                try await store.write { db in
                    try db.run("DELETE FROM decision WHERE message = (SELECT max(id) FROM message)")
                    try db.run("UPDATE message SET is_decided = 0 WHERE id = (SELECT max(id) FROM message)")
                }
                return "\(try await store.decideLeft { _, _ in silence })"
            }
        }
    }

    /// A report that names its attempt, which may be in flight still, or have ended in doubt.
    private func reportMarked(_ random: inout SeededRandom, at now: Timestamp) async throws -> String {
        guard let attempt = inFlight.withLock({ $0.first }) else { return "" }
        var words = ""
        let entry = try await store.read { db in
            try db.first("SELECT entry FROM attempt WHERE id = ?", attempt.id) { $0.integer(0) }
        }
        let mark = AttemptMark(entry: entry ?? 0, attempt: attempt.id, startedAt: attempt.startedAt)
        let policy = TakeoverPolicy(pause: .minutes(30), onUnknown: .hold)
        func end(_ outcome: AttemptOutcome) async throws {
            inFlight.withLock { $0.removeAll { $0.id == attempt.id } }
            words += "\(try await store.endAttempt(attempt.id, outcome, policy: policy, delay: .minutes(1), at: now)) "
        }
        let isLate = random.chance(0.5)
        if isLate { try await end(.unknown(Refusal(text: "?"))) }
        if random.chance(0.5) {
            let report = DeliveryUpdate(
                unique: "M\(attempt.id)", contact: nil, ack: random.upTo(4), origin: .attempt(mark))
            words += "\(try await store.record(report, account: TemporaryStore.account, policy: policy, at: now))"
        } else {
            let failure = DeliveryFailure(
                unique: "M\(attempt.id)", contact: nil, outcome: AttemptOutcome(reason: random.one(of: [2, 6, 7, 4])),
                origin: .attempt(mark))
            let result = try await store.record(
                failure, account: TemporaryStore.account, payload: "{}", delay: { .minutes($0) }, at: now)
            words += "\(result)"
        }
        if !isLate { try await end(.unknown(Refusal(text: "?"))) }
        return words
    }

    /// Several events that come together.
    private func takeBatch(_ random: inout SeededRandom, _ number: Int, at now: Timestamp) async throws -> String {
        var events: [WebhookEvent] = []
        for part in 0..<(1 + random.upTo(4)) {
            let who = random.upTo(4)
            let number = Self.numbers[who]
            switch random.upTo(4) {
            case 0:
                var message = TemporaryStore.message("B\(number)\(part)\(random.upTo(5))", at: now)
                message.contact = Contact(number: number, address: number)
                events.append(.message(message))
            case 1:
                let id = "IL.\(who)\(random.chance(0.3) ? "c" : "")"
                events.append(
                    .move(
                        ContactMove(
                            from: Contact(number: number, address: number),
                            to: Contact(
                                id: id, number: random.chance(0.5) ? Self.numbers[random.upTo(4)] : nil, address: id),
                            at: now)))
            case 2:
                events.append(
                    .update(
                        DeliveryUpdate(
                            unique: random.chance(0.5) ? "A\(1 + random.upTo(12))" : "Y\(number)\(part)",
                            contact: ReportedContact(number), ack: random.upTo(4),
                            origin: random.chance(0.5) ? .elsewhere : .unclear)))
            default:
                events.append(
                    .failure(
                        DeliveryFailure(
                            unique: "A\(1 + random.upTo(12))", contact: nil, outcome: AttemptOutcome(reason: 7))))
            }
        }
        let silence = (TemporaryStore.silence, now)
        let policy = IntakePolicy(takeoverPause: .minutes(30), delay: { .minutes($0) }, decide: { _, _ in silence })
        let results = try await store.take(
            events.map { ($0, "{}") }, account: TemporaryStore.account, policy: policy, at: now)
        return "\(results)"
    }

    private static let numbers = (1...4).map { "97250000000\($0)" }
    private let policy = TakeoverPolicy(pause: .minutes(30), onUnknown: .hold)

    /// A customer writes, under a number, an id, or both.
    private func write(_ random: inout SeededRandom, _ number: Int, at now: Timestamp) async throws -> String {
        let who = random.upTo(4)
        var message = TemporaryStore.message("U\(random.chance(0.8) ? number : max(number - 5, 1))", at: now)
        switch random.upTo(3) {
        case 0: message.contact = Contact(number: Self.numbers[who], address: Self.numbers[who])
        case 1: message.contact = Contact(id: "IL.\(who)", address: "IL.\(who)")
        default:
            // A number may have changed hands.
            let id = "IL.\(who)\(random.chance(0.1) ? "b" : "")"
            message.contact = Contact(id: id, number: Self.numbers[who], address: Self.numbers[who])
        }
        var decision = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
        switch random.upTo(8) {
        case 0: decision.changes.optedOut = random.chance(0.5)
        case 1: (decision.changes.pausedUntil, decision.changes.pausedBy) = (now + .minutes(20), "r")
        default: break
        }
        decision.sends = (0..<random.upTo(3)).map { part in
            Outgoing(
                body: .message(.text("\(number).\(part)", replyTo: nil)),
                fallback: random.chance(0.5) ? RenderedTemplate(name: "reopen", language: .hebrew) : nil,
                textEnd: now + .hours(24))
        }
        let result = try await store.accept(message, payload: "{}", at: now) { [decision] _, _ in (decision, now) }
        return "\(result)"
    }

    /// Takes what was announced: the lanes, each of which must be as it was announced, and everything else in words.
    func takeChanges() async throws -> (lanes: Set<Lane>, others: [String]) {
        let changes = announced.withLock { changes in
            defer { changes = [] }
            return changes
        }
        var (states, lanes, others): ([Lane: LaneState], Set<Lane>, [String]) = ([:], [], [])
        for change in changes {
            switch change {
            case .lane(let state): states[state.lane] = state
            case .added(let entry):
                let lane = Lane(conversation: entry.conversation, kind: entry.lane)
                lanes.insert(lane)
                // It comes behind all others of its lane.
                states[lane]?.count += 1
                if states[lane]?.head == nil { states[lane] = nil }
            case .settled, .released: others.append("\(change)")
            }
        }
        for (lane, state) in states {
            let stored = try await store.read { db in try LaneState(lane, account: state.account, db) }
            #expect(stored == state)
        }
        return (lanes.union(states.keys), others.sorted())
    }

    /// Returns all rows of all tables.
    func everything() async throws -> [String] {
        try await store.read { db in
            let tables = try db.all("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name") { $0.text(0) }
            return try tables.flatMap { table -> [String] in
                let columns = try db.all("PRAGMA table_info(\(table))") { $0.text(1) }
                let list = columns.map { "coalesce(\"\($0)\", 'NULL')" }.joined(separator: " || '|' || ")
                return try db.all("SELECT \(list) FROM \(table) ORDER BY 1") { "\(table) \($0.text(0))" }
            }
        }
    }
}
