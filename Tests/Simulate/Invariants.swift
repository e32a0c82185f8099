import Responder
import Store

/// The invariants that hold at the end, whatever has happened.
struct Invariants {
    let db: Connection
    let simulation: Simulation

    func check() throws {
        try checkMessages()
        try checkEntries()
        checkAcceptances()
        try checkMarks()
        try checkOrder()
        try checkTime()
        try checkSilence()
        let problems = try db.all("PRAGMA integrity_check") { $0.text(0) }
        if problems != ["ok"] { simulation.fail("the database is damaged: \(problems)") }
    }

    private func checkMessages() throws {
        for message in simulation.written where message.isAcknowledged {
            let decisions = try count(
                "SELECT count(*) FROM decision d JOIN message m ON m.id = d.message WHERE m.unique_id = ?",
                message.unique)
            if decisions != 1 {
                simulation.fail("\(message.unique) was acknowledged and has \(decisions) decisions")
            }
        }
        let undecided = try count("SELECT count(*) FROM message WHERE is_decided = 0")
        if undecided > 0 { simulation.fail("\(undecided) messages were never decided") }
        let answers = try count(
            "SELECT coalesce(max(count), 0) FROM (SELECT count(*) AS count FROM outbox WHERE lane < 2 GROUP BY message)"
        )
        if answers > 2 { simulation.fail("a message has \(answers) answers") }
    }

    /// Checks that no entry is left that could still be sent.
    private func checkEntries() throws {
        try db.all("SELECT id, state, reason, due_at, attempts FROM outbox WHERE state IN ('waiting', 'sending')") {
            row in
            simulation.fail(
                "entry \(row.integer(0)) is still \(row.text(1)): \(row.text(2)), due \(row.time(3)), \(row.int(4)) attempts"
            )
        }
        try db.all(
            """
            SELECT message, count(*) AS count FROM outbox WHERE fallback_at IS NOT NULL GROUP BY message
            HAVING count(*) > 1
            """
        ) { simulation.fail("message \($0.integer(0)) has \($0.int(1)) fallbacks") }
    }

    /// Checks that the provider has accepted nothing twice, except sends that it reported as not delivered, and sends
    /// that were repeated by choice.
    private func checkAcceptances() {
        var counts: [String: Int] = [:]
        for acceptance in simulation.provider.accepted where !acceptance.hasFailed {
            counts["\(acceptance.contact) \(acceptance.content)", default: 0] += 1
        }
        if !simulation.hasResent {
            for (content, count) in counts.sorted(by: { $0.key < $1.key }) where count > 1 {
                simulation.fail("'\(content)' was accepted \(count) times")
            }
        }
        guard !simulation.hadWrongClock else { return }
        // The provider's own report counts first, so the same text is not offered to a shut window again.
        for (content, count) in simulation.provider.refusedTexts.sorted(by: { $0.key < $1.key }) where count > 2 {
            simulation.fail("'\(content)' was sent \(count) times with the window shut")
        }
    }

    /// Checks that no attempt is in doubt of which a report with its mark has come.
    private func checkMarks() throws {
        for acceptance in simulation.provider.accepted where acceptance.isReported {
            guard let mark = acceptance.mark.flatMap({ AttemptMark($0) }) else { continue }
            let outcome = try db.first(
                "SELECT outcome, unique_id FROM attempt WHERE id = ? AND entry = ?", mark.attempt, mark.entry
            ) { "\($0.textOrNil(0) ?? "none") \($0.textOrNil(1) ?? "-")" }
            let word = outcome.map { $0.split(separator: " ").first.map(String.init) ?? "" }
            if word == "unknown" || word == "none" || outcome == nil {
                simulation.fail("\(acceptance.unique) was reported, and its attempt is \(outcome ?? "not there")")
            }
        }
    }

    /// Checks that, of one conversation's answers, those decided earlier were sent earlier.
    private func checkOrder() throws {
        let rows = try db.all(
            """
            SELECT o.conversation, o.id, min(a.started_at) FROM outbox o JOIN attempt a ON a.entry = o.id
            WHERE o.lane = 0 GROUP BY o.id ORDER BY o.conversation, o.id
            """
        ) { (conversation: $0.integer(0), entry: $0.integer(1), started: $0.time(2)) }
        guard !simulation.hadWrongClock else { return }
        for (first, second) in zip(rows, rows.dropFirst())
        where first.conversation == second.conversation && first.started > second.started {
            simulation.fail("entry \(second.entry) was sent before \(first.entry)")
        }
    }

    /// Checks that nothing was sent before it was due: after its `delay`, or once the shop had opened.
    private func checkTime() throws {
        guard !simulation.hadWrongClock else { return }
        try db.all(
            """
            SELECT DISTINCT o.id FROM outbox o JOIN attempt a ON a.entry = o.id
            WHERE a.started_at < o.created_at AND o.released_at IS NULL
            """
        ) { simulation.fail("entry \($0.integer(0)) was sent before it was due") }
    }

    /// Checks that a contact who has opted out, or is with a person, is left alone. A word that comes late, after a newer
    /// one, has no effect: its reason is 'no-reply'.
    private func checkSilence() throws {
        let late = try db.all(
            """
            SELECT o.id FROM outbox o JOIN attempt a ON a.entry = o.id
            JOIN message m ON m.id = o.message JOIN decision d ON d.message = o.message
            WHERE o.lane < 2 AND EXISTS (
              SELECT 1 FROM decision s JOIN message sm ON sm.id = s.message
              WHERE sm.conversation = o.conversation AND s.rule = 'stop' AND s.reason NOT IN ('paused', 'no-reply')
                AND s.decided_at > d.decided_at AND a.started_at > s.decided_at
                AND NOT EXISTS (
                  SELECT 1 FROM decision j JOIN message jm ON jm.id = j.message
                  WHERE jm.conversation = o.conversation AND j.rule = 'join' AND j.reason <> 'no-reply'
                    AND j.decided_at BETWEEN s.decided_at AND a.started_at))
            """
        ) { $0.integer(0) }
        guard !simulation.hadWrongClock else { return }
        for entry in late { simulation.fail("entry \(entry) was sent after its contact had opted out") }
        let paused = try count(
            "SELECT count(*) FROM outbox o JOIN decision d ON d.message = o.message WHERE d.outcome = 'silent' AND o.lane < 2"
        )
        if paused > 0 { simulation.fail("\(paused) entries belong to decisions of silence") }
    }

    private func count<each V: Bindable>(_ sql: String, _ values: repeat each V) throws -> Int {
        try db.first(sql, repeat each values) { $0.int(0) } ?? 0
    }
}
