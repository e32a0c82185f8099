import Responder

/// A delivery report on an id that no attempt is known by (yet).
struct ForeignReport {
    /// The time after the end of an attempt within which a report may be the first about it.
    static let patience = Duration.minutes(2)

    var account: String
    /// The provider's id of the message.
    var unique: String
    /// The number of the conversation with the contact that the report names; `nil` if there is none.
    var conversation: Int64?
    /// The progress; `nil` if the report is about a failure.
    var ack: Int?
    /// The outcome that the provider's reason means, if the report is about a failure.
    var failure: AttemptOutcome?
    var receivedAt: Timestamp
    /// The last of the attempts that were in flight when the report came; `nil` if it waits for none.
    var lastAttempt: Int64?
}

extension ForeignReport {
    /// The columns that ``init(_:)`` reads from the table `foreign_update`, named `f`.
    static let columns = """
        f.account, f.unique_id, f.conversation, f.ack, f.received_at, f.last_attempt, f.failure_kind, f.failure,
          f.failure_detail
        """

    /// Reads ``columns``.
    init(_ row: Columns) {
        let failure = row.textOrNil(6).flatMap(AttemptOutcome.Kind.init).flatMap {
            AttemptOutcome($0, Refusal(reason: row.intOrNil(7), text: row.textOrNil(8) ?? ""))
        }
        self.init(
            account: row.text(0), unique: row.text(1), conversation: row.integerOrNil(2), ack: row.intOrNil(3),
            failure: failure, receivedAt: row.time(4), lastAttempt: row.integerOrNil(5))
    }
}

extension Store {
    /// Stores a report on an unknown id; returns `true` if it has been acted on before.
    static func remember(_ report: ForeignReport, _ db: Connection) throws -> Bool {
        let isWaiting = try db.first(isWaiting, report.account, report.unique) { $0.bool(0) }
        try db.run(
            """
            INSERT INTO foreign_update (account, unique_id, conversation, ack, failure, failure_kind, failure_detail,
              is_waiting, received_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?)
            ON CONFLICT (account, unique_id) DO UPDATE SET
              ack = CASE WHEN coalesce(foreign_update.ack, 0) < coalesce(excluded.ack, 0) THEN excluded.ack
                ELSE coalesce(foreign_update.ack, 0) END,
              failure = coalesce(excluded.failure, foreign_update.failure),
              failure_kind = coalesce(excluded.failure_kind, foreign_update.failure_kind),
              failure_detail = coalesce(excluded.failure_detail, foreign_update.failure_detail)
            """,
            report.account, report.unique, report.conversation, report.ack, report.failure?.refusal?.reason,
            report.failure?.kind.rawValue, report.failure?.refusal?.text, report.receivedAt)
        return isWaiting != nil
    }

    static let isWaiting = "SELECT is_waiting FROM foreign_update WHERE account = ? AND unique_id = ?"

    static let storedReport = "SELECT 1 FROM foreign_update WHERE account = ? AND unique_id = ? AND received_at = ?"

    /// Finds the cause of a report on an unknown id: an attempt in flight, an attempt that has ended without an id, or a
    /// person who answered from another tool.
    ///
    /// - Parameter isOurs: Whether it may be about an attempt of ours.
    func place(
        _ report: ForeignReport, of contact: ReportedContact?, isOurs: Bool = true, takeoverPause: Duration,
        delay: (_ attempts: Int) -> Duration = { _ in .seconds(1) }, at now: Timestamp, _ db: Connection
    ) throws -> IntakeResult {
        var report = report
        if isOurs, let conversation = report.conversation {
            report.lastAttempt = try Self.lastAttemptInFlight(conversation, upTo: .max, db)
            if let last = report.lastAttempt {
                try db.run(
                    "UPDATE foreign_update SET is_waiting = 1, last_attempt = ? WHERE account = ? AND unique_id = ?",
                    last, report.account, report.unique)
                return IntakeResult(kind: .noted)
            }
            if let result = try claim(report, delay: delay, at: now, db) { return result }
        }
        guard report.failure == nil, takeoverPause > .zero, let contact else { return IntakeResult(kind: .noted) }
        let paused: Int64
        if let conversation = report.conversation {
            paused = conversation
        } else {
            paused = try self.contact(contact.contact, account: report.account, at: now, db).id
            try db.run("INSERT INTO conversation (id) VALUES (?) ON CONFLICT DO NOTHING", paused)
        }
        try takeOver(paused, account: report.account, until: report.receivedAt + takeoverPause, at: now, db)
        return IntakeResult(kind: .takenOver)
    }

    /// Leaves a conversation to the person who answers in it: the bot is quiet, and nothing that waits is sent any more.
    func takeOver(
        _ conversation: Int64, account: String, until end: Timestamp, at now: Timestamp, _ db: Connection
    ) throws {
        guard end > now else { return }
        try db.run(
            "UPDATE conversation SET paused_until = ?1 WHERE id = ?2 AND (paused_until IS NULL OR paused_until < ?1)",
            end,
            conversation)
        try withdraw(conversation, account: account, for: .paused, db)
    }

    static func lastAttemptInFlight(_ conversation: Int64, upTo limit: Int64, _ db: Connection) throws -> Int64? {
        try db.first(attemptsInFlight, conversation, limit) { $0.integerOrNil(0) } ?? nil
    }

    static let attemptsInFlight = """
        SELECT max(a.id) FROM outbox o \(Dialect.hint("INDEXED BY outbox_open"))
        \(Dialect.hint("CROSS")) JOIN attempt a ON a.entry = o.id
        WHERE \(EntryState.isOpen) AND o.conversation = ? AND a.id <= ? AND o.state = 'sending' AND o.lane <> 2
          AND a.outcome IS NULL
        """
}
