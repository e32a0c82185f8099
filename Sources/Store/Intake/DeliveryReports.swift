import GRDB
public import Responder

extension Store {
    /// Records the progress of a message that was sent.
    ///
    /// A report on an unknown id waits while an attempt of the conversation is in flight. Otherwise it settles an
    /// attempt whose outcome is unknown as accepted, or else means that a person answered from another tool.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func record(
        _ update: DeliveryUpdate, account: String, policy: TakeoverPolicy, at now: Timestamp
    ) async throws(StoreError) -> IntakeResult {
        try await write { db in
            if try Self.moveDelivery(update.ack, unique: update.unique, account: account, db) {
                return IntakeResult(kind: .noted)
            }
            // Reports on messages of the contact do not show who answers.
            if try db.exists(Self.knownMessage, account, update.unique) { return IntakeResult(kind: .noted) }
            let conversation = try Self.conversationID(ofContact: update.contact, account: account, db)
            let isKnown = try Self.remember(
                unique: update.unique, conversation: conversation, ack: update.ack, failure: nil, account: account,
                at: now, db)
            if isKnown { return IntakeResult(kind: .noted) }
            return try self.place(update, in: conversation, account: account, policy: policy, at: now, db)
        }
    }

    /// Records a failure that came after acceptance; it has the same effect as the same reason in the answer.
    ///
    /// - Parameters:
    ///   - failure: The provider's report.
    ///   - account: The number of the account.
    ///   - payload: The webhook's body, which is kept.
    ///   - delay: Returns the wait before another attempt, after that number of attempts.
    ///   - policy: The account's settings for unknown outcomes and takeovers.
    ///   - now: The moment of arrival.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func record(
        _ failure: DeliveryFailure, account: String, payload: String,
        delay: @escaping @Sendable (_ attempts: Int) -> Duration, policy: TakeoverPolicy, at now: Timestamp
    ) async throws(StoreError) -> IntakeResult {
        try await write { db in
            try Self.insertHook("system", payload: payload, account: account, at: now, db)
            if let result = try self.fail(failure, account: account, delay: delay, policy: policy, at: now, db) {
                return result
            }
            let conversation = try Self.conversationID(ofContact: failure.contact, account: account, db)
            if let conversation, try Self.hasAttemptInFlight(conversation, db) {
                _ = try Self.remember(
                    unique: failure.unique, conversation: conversation, ack: nil, failure: failure.reason,
                    account: account, at: now, db)
            }
            return IntakeResult(kind: .noted)
        }
    }

    /// Moves an attempt's delivery forward, never back; `false` if no attempt has that id.
    private static func moveDelivery(_ ack: Int, unique: String, account: String, _ db: Database) throws -> Bool {
        let sent = try db.first(sentAs, unique, account) { row in
            (id: row.integer(0), delivery: row.isNull(1) ? nil : row.int(1))
        }
        guard let sent else { return false }
        let known = sent.delivery
        // A failure is final. A message that has not arrived can fail; one that has arrived can't.
        let isProgress = ack > 0 ? ack > (known ?? 0) && known != 0 : (known ?? 0) <= 1
        if isProgress {
            try db.run("UPDATE attempt SET delivery = ? WHERE id = ?", max(ack, 0), sent.id)
        }
        return true
    }

    static let sentAs = """
        SELECT a.id, a.delivery FROM attempt a JOIN outbox o ON o.id = a.entry
        WHERE a.unique_id = ? AND o.account = ? LIMIT 1
        """

    /// Applies a failure to the accepted attempt with its id; `nil` if there is none.
    private func fail(
        _ failure: DeliveryFailure, account: String, delay: (_ attempts: Int) -> Duration, policy: TakeoverPolicy,
        at now: Timestamp, _ db: Database
    ) throws -> IntakeResult? {
        let outcome = AttemptOutcome(reason: failure.reason)
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT a.id, a.number, a.outcome, a.delivery, o.attempts, o.state, o.id AS entry, o.conversation, o.lane
                    FROM attempt a JOIN outbox o ON o.id = a.entry WHERE a.unique_id = ? AND o.account = ? LIMIT 1
                    """
            ), arguments: [failure.unique, account]
        )
        guard let row else { return nil }
        // It is the same hook again, or a report on an attempt that a later one has replaced.
        guard row["outcome"] == "accepted", row["state"] == "sent", row["number"] as Int == row["attempts"] else {
            return IntakeResult(kind: .noted)
        }
        // The message has arrived. Whatever this report says, the contact must not get it again, or a template in
        // addition.
        if let delivery: Int = row["delivery"], delivery >= 2 { return IntakeResult(kind: .noted) }
        let attempt: Int64 = row["id"]
        let lane = Outgoing.Lane(rawValue: row["lane"]) ?? .answers
        try db.executeCached(
            sql: "UPDATE attempt SET outcome = ?, reason = ?, detail = ?, delivery = 0 WHERE id = ?",
            arguments: [outcome.kind.rawValue, outcome.refusal?.reason, outcome.refusal?.text, attempt]
        )
        let settlement = try settle(
            attempt, outcome, onUnknown: policy.onUnknown, delay: delay(row["attempts"]), at: now, db)
        var accepted = IntakeResult(kind: .noted)
        switch settlement {
        case .over: break
        case .retry(let due):
            accepted.requeued = [
                EntryReference(
                    id: row["entry"], conversation: row["conversation"], account: account, due: due,
                    lane: lane)
            ]
        case .accountStopped:
            accepted.requeued = [
                EntryReference(
                    id: row["entry"], conversation: row["conversation"], account: account, due: now,
                    lane: lane)
            ]
            accepted.accountFault = outcome.refusal
        }
        return accepted
    }

    /// Applies the reports that arrived before the answer to their own send, once that answer has come.
    func applyWaitingUpdates(
        after attempt: Int64, _ outcome: AttemptOutcome, _ settlement: Settlement, policy: TakeoverPolicy,
        at now: Timestamp, _ db: Database
    ) throws -> Settlement {
        // A waiting report is rare.
        guard try db.exists(Self.updatesAhead, attempt) else { return settlement }
        let rows = try Row.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT f.*, o.id AS entry FROM attempt a JOIN outbox o ON o.id = a.entry
                    JOIN foreign_update f ON f.conversation = o.conversation AND f.is_waiting = 1
                    WHERE a.id = ? ORDER BY f.received_at
                    """
            ), arguments: [attempt]
        )
        var settlement = settlement
        for row in rows {
            let unique: String = row["unique_id"]
            let account: String = row["account"]
            let ack: Int? = row["ack"]
            if case .accepted(unique, _) = outcome {
                if let ack { _ = try Self.moveDelivery(ack, unique: unique, account: account, db) }
                if let failure: Int = row["failure"] {
                    let late = AttemptOutcome(reason: failure)
                    try db.executeCached(
                        sql: "UPDATE attempt SET outcome = ?, reason = ?, detail = ?, delivery = 0 WHERE id = ?",
                        arguments: [late.kind.rawValue, failure, late.refusal?.text, attempt]
                    )
                    settlement = try settle(
                        attempt, late, onUnknown: policy.onUnknown, delay: .seconds(1), at: now, db
                    )
                }
            } else if case .unknown = outcome,
                let (entry, _) = try Self.settleUnknown(
                    of: row["conversation"], unique: unique, ack: ack ?? 1, account: account, db)
            {
                // The report may be about an older entry that was held; then this entry still waits for its next
                // attempt.
                if entry.id == row["entry"] { settlement = .over(.sent) }
            } else if ack != nil {
                try Self.pause(row["conversation"], for: policy.pause, at: now, db)
            }
            try db.executeCached(
                sql: "UPDATE foreign_update SET is_waiting = 0 WHERE account = ? AND unique_id = ?",
                arguments: [account, unique]
            )
        }
        return settlement
    }

    static let updatesAhead = """
        SELECT 1 FROM attempt a JOIN outbox o ON o.id = a.entry
        JOIN foreign_update f ON f.conversation = o.conversation AND f.is_waiting = 1
        WHERE a.id = ? LIMIT 1
        """
}
