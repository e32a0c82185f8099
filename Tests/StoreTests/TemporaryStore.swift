import Foundation
import Responder
import Synchronization

@testable import Store

/// A store in a folder that is deleted with it, and short ways to fill it.
final class TemporaryStore: Sendable {
    let folder: URL
    let store: Store
    /// The changes that the store has announced since they were last taken.
    private let announced = Mutex<[OutboxChange]>([])
    static let account = "972771234567"
    static let start = Timestamp(seconds: 1_700_000_000)

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try Store(path: folder.appendingPathComponent("test.sqlite").path)
        store.onOutboxChanges { [weak self] changes in self?.announced.withLock { $0 += changes } }
    }

    /// Creates a store with one connection, whose statements are recorded. The answer to each commit is lost, so that each
    /// step looks for its traces.
    init(recording statements: StatementRecord) throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let isAnswered = Mutex(true)
        store = try Store(
            simulatedAt: folder.appendingPathComponent("test.sqlite").path, trace: { statements.add($0) },
            faults: {
                isAnswered.withLock {
                    $0.toggle(); return $0 ? nil : .unanswered(isCommitted: true)
                }
            })
        store.onOutboxChanges { [weak self] changes in self?.announced.withLock { $0 += changes } }
    }

    /// Takes the changes that the store has announced since the last call.
    func takeChanges() -> [OutboxChange] {
        announced.withLock { changes in
            defer { changes = [] }
            return changes
        }
    }

    /// Takes the announced changes, and returns the heads of the lanes among them.
    func takeHeads() -> [LaneHead] {
        takeChanges().compactMap { change in
            switch change {
            case .lane(let state): state.head
            case .added(let entry): LaneHead(entry: entry.id, due: entry.due)
            case .settled, .released: nil
            }
        }
    }

    /// Takes the announced changes, and returns the entries among them that are over without an attempt.
    func takeSettled() -> [String] {
        takeChanges().compactMap { change in
            guard case .settled(let entry, let state, let reason) = change else { return nil }
            return "\(entry.id) \(state.rawValue) \(reason?.rawValue ?? "")"
        }
    }

    deinit {
        try? FileManager.default.removeItem(at: folder)
    }

    static func message(
        _ unique: String = "U1", from number: String = "972501234567", id: String? = nil, name: String? = nil,
        at timestamp: Timestamp = start
    ) -> Message {
        Message(
            account: account, unique: unique, contact: Contact(id: id, number: number, address: number, name: name),
            body: "hi", timestamp: timestamp
        )
    }

    static let silence = Decision(rule: nil, outcome: .silent, reason: .noMatch, because: "", revision: "1")

    /// Accepts a message that gets no answer.
    @discardableResult
    func accept(_ message: Message, at now: Timestamp = start) async throws -> IntakeResult.Kind {
        try await store.accept(message, payload: "{}", at: now) { _, _ in (Self.silence, now) }.kind
    }

    /// Accepts a message that gets these answers, and returns their entries.
    @discardableResult
    func answer(
        _ message: Message = message(), _ texts: [String] = ["hello"], fallback: String? = "reopen",
        at now: Timestamp = start
    ) async throws -> [EntryReference] {
        var decision = Decision(rule: "r", outcome: .reply, reason: .matched, because: "", revision: "1")
        decision.sends = texts.map {
            Outgoing(
                body: .message(.text($0, replyTo: message.unique)),
                fallback: fallback.map { RenderedTemplate(name: $0, language: .hebrew) },
                textEnd: message.timestamp + .hours(24)
            )
        }
        let accepted = try await store.accept(message, payload: "{}", at: now) { [decision] _, _ in (decision, now) }
        return accepted.decided?.entries ?? []
    }

    /// Stores a message as earlier versions did, which decided it later.
    func leave(_ message: Message, at now: Timestamp = start) async throws {
        try await accept(message, at: now)
        try await store.write { db in
            try db.run("DELETE FROM decision WHERE message = (SELECT max(id) FROM message)")
            try db.run("UPDATE message SET is_decided = 0 WHERE id = (SELECT max(id) FROM message)")
        }
    }

    /// Answers one message and returns the entries.
    func entries(_ texts: [String] = ["hello"], fallback: String? = "reopen") async throws -> [EntryReference] {
        try await answer(Self.message(), texts, fallback: fallback)
    }

    func begin(
        _ entry: EntryReference, onUnknown: UnknownPolicy = .hold, at now: Timestamp = start
    ) async throws -> AttemptStart {
        try await store.beginAttempt(entry.id, onUnknown: onUnknown, at: now)
    }

    func end(
        _ attempt: Attempt, _ outcome: AttemptOutcome, onUnknown: UnknownPolicy = .hold, delay: Duration = .seconds(1),
        at now: Timestamp = start
    ) async throws -> Settlement {
        try await store.endAttempt(
            attempt.id, outcome, policy: TakeoverPolicy(pause: .minutes(30), onUnknown: onUnknown), delay: delay,
            at: now
        )
    }

    func update(_ unique: String, ack: Int = 1, contact: String? = "972501234567", at now: Timestamp = start)
        async throws -> IntakeResult
    {
        try await store.record(
            DeliveryUpdate(unique: unique, contact: contact.map(ReportedContact.init), ack: ack), account: Self.account,
            policy: TakeoverPolicy(pause: .minutes(30), onUnknown: .hold), at: now
        )
    }

    func fail(_ unique: String, reason: Int, contact: String? = "972501234567", at now: Timestamp = start) async throws
        -> IntakeResult
    {
        try await store.record(
            DeliveryFailure(unique: unique, contact: contact.map(ReportedContact.init), reason: reason),
            account: Self.account, payload: "{}",
            delay: { .seconds($0) }, at: now
        )
    }

    /// Returns the steps by which SQLite serves a statement.
    func plan(of sql: String) async throws -> [String] {
        try await store.read { db in
            try db.all("EXPLAIN QUERY PLAN " + sql.replacing(/\?\d*/, with: "1")) { $0.text(3) }
        }
    }

    func integer(_ sql: String) async throws -> Int? {
        try await store.read { db in try db.first(sql) { $0.intOrNil(0) } ?? nil }
    }

    func string(_ sql: String) async throws -> String? {
        try await store.read { db in try db.first(sql) { $0.textOrNil(0) } ?? nil }
    }
}

extension Store {
    /// Writes what no step of the store writes.
    func write<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        try await write(about: .nothing, rerun: .harmless, body)
    }
}

extension AttemptStart {
    /// The attempt; `nil` if there is none.
    var attempt: Attempt? {
        if case .send(let attempt) = self { return attempt }
        return nil
    }

    /// The content to send, or the state of the entry, in a few words.
    var word: String {
        switch self {
        case .send(let attempt):
            switch attempt.content {
            case .message(.text(let text, _)): "text \(text)"
            case .message(.rich(let content, _)): content.lines.joined(separator: " ")
            case .message(.reaction(let emoji, _)): "reaction \(emoji)"
            case .post(let link, _): "post \(link)"
            case .message(.template(let template)):
                "template \(template.name)\(attempt.isFallback ? " instead" : "")"
            }
        case .over(let state, let reason): "\(state.rawValue) \(reason?.rawValue ?? "")"
        case .notYet: "not yet"
        case .ask(_, let address): "ask for the window of \(address)"
        }
    }
}
