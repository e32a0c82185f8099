import Foundation
import Responder
import Testing

@testable import Store

private typealias T = TemporaryStore

/// Every statement of the store, and how SQLite serves it. There may be ten million messages: what reads a whole table
/// must be known, and have its reason.
@Suite struct StatementPlanTests {
    /// What may be read as a whole, because it is small, whatever the statement.
    private static let small = [
        // Indexes of what is not over, and the accounts and the people who look at them.
        "USING INDEX outbox_open", "USING INDEX message_undecided", "USING INDEX foreign_update_waiting",
        "USING INDEX attempt_open",
        "SCAN stopped_account", "SCAN operator_action",
        // The rows that a part of a statement has already found.
        "SCAN found", "SCAN part",
    ]

    /// The beginnings of the other statements that may read a whole table or a whole index, each with its reason.
    private static let allowed = [
        ("SELECT account, state = 'held', count(*) FROM outbox", "a person looks at the status: what is open"),
        ("SELECT ended_at FROM attempt WHERE outcome = 'accepted'", "ends at the latest one"),
        ("SELECT received_at FROM message ORDER BY id", "reads one row"),
        ("SELECT a.ended_at - CASE", "a person looks at the report: all attempts"),
        ("SELECT f.conversation, f.received_at FROM foreign_update", "replay looks at all takeovers"),
        ("SELECT m.id FROM message m CROSS JOIN decision d", "replay looks at all messages"),
        ("SELECT c.id, c.account, found.value", "a person is looked for by the end of a number, among contacts"),
        ("UPDATE hook SET payload = ''", "a person is erased: hooks name people anywhere"),
        ("SELECT found.latest, found.conversation", "a search, among contacts"),
    ]

    /// Uses everything that the store can do.
    private static func useAll(_ t: TemporaryStore) async throws {
        let store = t.store
        let accepted = AttemptOutcome.accepted(unique: "A1", minutesLeft: 30)
        let first = try await t.entries(["one", "two"])
        try await t.accept(T.message("U1"))
        try await t.accept(T.message("Q1"), at: T.start)
        var quoting = T.message("Q2", id: "IL.1", name: "Dana")
        quoting.quoted = "A1"
        let one = try #require(try await t.begin(first[0]).attempt)
        _ = try await t.update("A1")
        _ = try await t.fail("A9", reason: 7)
        _ = try await t.end(one, accepted)
        try await t.accept(quoting)
        _ = try await store.ruleQuoted(by: quoting)
        _ = try await t.update("A1", ack: 1)
        _ = try await t.update("A1", ack: 0)
        _ = try await t.fail("A1", reason: 6)
        let late = try #require(try await t.begin(first[0]).attempt)
        _ = try await t.end(late, accepted)
        let two = try #require(try await t.begin(first[1]).attempt)
        _ = try await t.end(two, AttemptOutcome(reason: 7))
        let fallback = try #require(try await t.begin(first[1]).attempt)
        _ = try await t.end(fallback, AttemptOutcome(reason: 3))
        try await store.resume(T.account)
        let again = try #require(try await t.begin(first[1]).attempt)
        _ = try await t.end(again, AttemptOutcome(reason: 6))
        _ = try await t.begin(first[1], at: T.start + .days(9))
        // Two addresses of one person, one of which opts out.
        var hidden = T.message("H1")
        hidden.contact = Contact(id: "IL.2", address: "IL.2")
        let waiting = try await t.answer(hidden)
        try await t.answer(T.message("H2", from: "972500000002"), ["three"])
        #expect(try await store.optOut(2, true, at: T.start))
        try await t.accept(T.message("H3", from: "972500000002", id: "IL.2"))
        var other = T.message("H5")
        other.contact = Contact(id: "IL.5", address: "IL.5")
        try await t.accept(other)
        _ = try await store.pause(4, until: T.start + .hours(1))
        _ = try await store.pause(4, until: nil)
        try await t.answer(T.message("H6", from: "972500000005"), ["six"])
        try await t.accept(T.message("H7", from: "972500000005", id: "IL.5"))
        #expect(try await store.optOut(2, false, at: T.start))
        // A number that changes hands, and an unreadable entry.
        try await t.accept(T.message("H4", from: "972500000002", id: "IL.3"))
        let held = try await t.answer(T.message("K1", from: "972500000007"), ["four", "five"])
        let lost = try #require(try await t.begin(held[0]).attempt)
        _ = try await t.end(lost, .unknown(Refusal(text: "?")))
        _ = try await store.release(held[0].id, at: T.start, by: Command(user: "me"))
        _ = try await t.begin(held[0])
        try await store.recover(at: T.start, takeoverPause: .minutes(30))
        _ = try await t.update("X1", contact: "972500000007")
        _ = try await store.drop(held[1].id, by: Command(user: nil))
        _ = try await store.drop(held[0].id, by: Command(user: nil))
        _ = try await store.release(held[1].id, at: T.start)
        try await store.write { db in
            try db.run("UPDATE outbox SET outgoing = '{' WHERE id = ?", held[1].id)
        }
        _ = try await t.begin(held[1])
        _ = try await t.begin(waiting[0])
        for text in ["seven", "eight"] {
            let doubt = try await t.answer(T.message(text, from: "972500000044"), [text])
            let attempt = try #require(try await t.begin(doubt[0]).attempt)
            _ = try await t.end(attempt, .unknown(Refusal(text: "?")))
        }
        // Reports that name their attempt: one in flight, one in doubt.
        let marked = try await t.answer(T.message("M1", from: "972500000045"), ["nine", "ten"])
        for (number, isLate) in [false, true].enumerated() {
            let attempt = try #require(try await t.begin(marked[number]).attempt)
            let mark = AttemptMark(entry: marked[number].id, attempt: attempt.id, startedAt: attempt.startedAt)
            let report = DeliveryUpdate(unique: "M\(number)", contact: nil, ack: 1, origin: .attempt(mark))
            if isLate { _ = try await t.end(attempt, .unknown(Refusal(text: "?"))) }
            _ = try await store.record(
                report, account: T.account, policy: TakeoverPolicy(pause: .zero, onUnknown: .hold), at: T.start)
            if !isLate { _ = try await t.end(attempt, .unknown(Refusal(text: "?"))) }
        }
        let move = ContactMove(
            from: Contact(number: "972500000045", address: "972500000045"),
            to: Contact(id: "IL.45", number: "972500000046", address: "972500000046"), at: T.start)
        let silence = (T.silence, T.start)
        // Somebody writes from the new number before the news.
        try await t.accept(T.message("M2", from: "972500000046"), at: T.start)
        _ = try await store.take(
            [(.move(move), "{}"), (.other(hook: "story"), "{}")], account: T.account,
            policy: IntakePolicy(takeoverPause: .zero, delay: { _ in .zero }, decide: { _, _ in silence }), at: T.start)
        _ = try await t.update("X9", contact: "972500000046")
        let doubtful = try await t.answer(T.message("D1", from: "972500000046"), ["eleven"])
        _ = try await store.beginAttempt(
            doubtful[0].id, onUnknown: .hold, canAsk: true, at: T.start + .hours(23) + .minutes(59) + .seconds(30))
        try await store.correctWindow(minutes: 9, for: doubtful[0].id, of: doubtful[0].conversation, askedAt: T.start)
        for report in ["X3", "X4"] { _ = try await t.update(report, contact: "972500000044") }
        _ = try await t.update("X2", contact: "972500000099", at: T.start + .hours(1))
        #expect(try await store.pause(1, until: T.start + .hours(1)))
        #expect(try await store.pause(1, until: nil))
        _ = try await store.keep(hook: "story", payload: "{}", account: T.account, at: T.start)
        try await t.leave(T.message("L1"))
        _ = try await store.decideLeft { _, _ in (T.silence, T.start) }
        try await lookAtAll(store)
        let erased = try await t.answer(T.message("E1", at: T.start + .days(1)))
        let inFlight = try #require(try await t.begin(erased[0], at: T.start + .days(1)).attempt)
        _ = try await store.forget(store.people(named: "0501234567"), by: Command(user: nil))
        _ = try await t.end(inFlight, accepted)
        _ = try await store.takeOperatorActions()
        _ = try await store.deleteOld(before: T.start + .days(99))
        _ = try await store.deleteOldHooks(before: T.start + .days(99))
        try await store.checkWritable(at: T.start)
        try await store.backup(to: t.folder.appendingPathComponent("copy.sqlite").path)
    }

    private static func lookAtAll(_ store: Store) async throws {
        _ = try await store.messageCount(of: T.account, since: T.start)
        _ = try await store.sentMessages(since: T.start)
        let filters: [EntryFilter] =
            [.all, .id(1), .message(1), .needingAttention(at: T.start)] + EntryState.allCases.map(EntryFilter.state)
        for filter in filters { _ = try await store.entries(filter) }
        for filter in [
            ConversationFilter(), ConversationFilter(search: "97"), ConversationFilter(pausedAt: T.start),
            ConversationFilter(isOptedOut: true),
        ] {
            let page = try await store.conversations(filter, limit: 1)
            _ = try await store.conversations(filter, after: page.next, limit: 9)
        }
        _ = try await store.conversation(1)
        _ = try await store.messages(of: 1, limit: 9)
        let message = try #require(try await store.message(1))
        _ = try await store.previousMessageTime(of: message)
        _ = try await store.overview(at: T.start)
        _ = try await store.history(since: T.start)
        _ = try await store.history(since: nil)
        _ = try await store.recorded(Array(1...20))
        _ = try await store.traffic(ofMessages: 1..<9)
        _ = try await store.firstMessage(since: T.start)
        _ = try await store.statistics(since: T.start, defaults: ["r"])
        _ = try await store.statistics(since: nil)
        _ = try await store.outboxCounts()
        _ = try await store.stoppedAccounts()
        _ = try await store.damage()
    }

    /// Returns all statements of the store, and a store that has used them.
    private static func used() async throws -> (store: TemporaryStore, statements: [String]) {
        let record = StatementRecord()
        let t = try TemporaryStore(recording: record)
        // Those of the migrations run once.
        record.forget()
        try await useAll(t)
        return (t, record.all)
    }

    static func statements() async throws -> [String] { try await used().statements }

    @Test func noStatementReadsAWholeTableWithoutAReason() async throws {
        let (t, statements) = try await Self.used()
        for source in try Self.sources() {
            for written in Self.statements(in: source) where !statements.contains(where: { $0.contains(written) }) {
                Issue.record("`useAll` above does not use: \(written)")
            }
        }
        for (beginning, reason) in Self.allowed where !statements.contains(where: { $0.hasPrefix(beginning) }) {
            Issue.record("nothing reads a whole table any more because \(reason)")
        }
        for statement in statements {
            let plan = try await t.plan(of: statement)
            let scans = plan.filter { step in step.hasPrefix("SCAN") && !Self.small.contains(where: step.contains) }
            let isAllowed = Self.allowed.contains { statement.hasPrefix($0.0) }
            #expect(scans.isEmpty || isAllowed, "\(statement)\n\(plan.joined(separator: "\n"))")
        }
    }

    /// Returns the text of the store's own files, without what runs once, at the start.
    static func sources() throws -> [String] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/Store")
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.allObjects ?? []
        return try files.compactMap { $0 as? URL }
            .filter {
                $0.pathExtension == "swift" && !["Schema.swift", "SQLiteSchema.swift"].contains($0.lastPathComponent)
            }
            .map { file in
                // Examples in comments are not run.
                try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
                    .filter { !$0.drop(while: \.isWhitespace).hasPrefix("///") }.joined(separator: "\n")
            }
    }

    /// Returns the parts of statements between what is put into them, from their first word on.
    static func statements(in source: String) -> [String] {
        source.matches(of: /"(?:"")?\s*((?:SELECT|INSERT|UPDATE|DELETE) [^"\\]+)/.ignoresCase())
            .compactMap { match in
                let text = StatementRecord.inOneLine(String(match.1))
                return text.count > 20 ? text : nil
            }
    }
}
