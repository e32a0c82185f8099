import GRDB
public import Responder

extension Store {
    /// Stores a report on an unknown id; returns `true` if it has been acted on before.
    static func remember(
        unique: String, conversation: Int64?, ack: Int?, failure: Int?, account: String, at now: Timestamp,
        _ db: Database
    ) throws -> Bool {
        let isWaiting = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT is_waiting FROM foreign_update WHERE account = ? AND unique_id = ?"),
            arguments: [account, unique]
        )
        try db.cachedStatement(
            sql: """
                INSERT INTO foreign_update (account, unique_id, conversation, ack, failure, is_waiting, received_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (account, unique_id) DO UPDATE SET ack = max(coalesce(ack, 0), coalesce(excluded.ack, 0)),
                  failure = coalesce(excluded.failure, failure)
                """
        ).execute(arguments: [account, unique, conversation, ack, failure, failure != nil, now])
        // A report that waited for an attempt which has ended meanwhile is examined again.
        return isWaiting == false
    }

    /// Finds the cause of an update on an unknown id: an attempt in flight, an attempt with an unknown outcome, or a
    /// person who answered from another tool.
    func place(
        _ update: DeliveryUpdate, in conversation: Int64?, account: String, policy: TakeoverPolicy, at now: Timestamp,
        _ db: Database
    ) throws -> IntakeResult {
        if let conversation {
            if try Self.hasAttemptInFlight(conversation, db) {
                try db.executeCached(
                    sql: "UPDATE foreign_update SET is_waiting = 1 WHERE account = ? AND unique_id = ?",
                    arguments: [account, update.unique]
                )
                return IntakeResult(kind: .noted)
            }
            if let (entry, wasHeld) = try Self.settleUnknown(
                of: conversation, unique: update.unique, ack: update.ack, account: account, db)
            {
                var accepted = IntakeResult(kind: .noted)
                // An entry that waits for another attempt is settled when its turn comes.
                if wasHeld { accepted.settled = [entry] }
                return accepted
            }
        }
        guard policy.pause > .zero, let contact = update.contact else { return IntakeResult(kind: .noted) }
        let paused: Int64
        if let conversation {
            paused = conversation
        } else {
            paused = try self.contact(contact.contact, account: account, at: now, db).id
            try db.run("INSERT OR IGNORE INTO conversation (id) VALUES (?)", paused)
        }
        try Self.pause(paused, for: policy.pause, at: now, db)
        return IntakeResult(kind: .takenOver)
    }

    static func pause(_ conversation: Int64, for pause: Duration, at now: Timestamp, _ db: Database) throws {
        guard pause > .zero else { return }
        try db.executeCached(
            sql: "UPDATE conversation SET paused_until = max(coalesce(paused_until, 0), ?) WHERE id = ?",
            arguments: [now + pause, conversation]
        )
    }

    static func hasAttemptInFlight(_ conversation: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db.cachedStatement(
                sql:
                    "SELECT 1 FROM outbox WHERE conversation = ? AND state = 'sending' AND lane <> 2 LIMIT 1"
            ), arguments: [conversation]
        ) != nil
    }

    /// Settles, as accepted, the entry of the conversation that was tried last with an unknown outcome, and returns it.
    /// Reports come within seconds, so it is less likely that an older entry is meant.
    static func settleUnknown(
        of conversation: Int64, unique: String, ack: Int, account: String, _ db: Database
    ) throws -> (entry: EntryReference, wasHeld: Bool)? {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT id, conversation, account, due_at, lane, state FROM outbox
                    WHERE conversation = ? AND \(EntryState.isOpen)
                      AND is_unknown = 1 AND lane <> 2
                    ORDER BY (SELECT max(id) FROM attempt WHERE entry = outbox.id AND outcome = 'unknown') DESC LIMIT 1
                    """
            ), arguments: [conversation]
        )
        guard let row else { return nil }
        let entry = EntryReference(row: row)
        let wasHeld = row["state"] == EntryState.held.rawValue
        try db.executeCached(
            sql: """
                UPDATE attempt SET outcome = 'accepted', unique_id = ?, delivery = ?, detail = 'known by its delivery'
                WHERE id = (SELECT max(id) FROM attempt WHERE entry = ? AND outcome = 'unknown')
                """, arguments: [unique, max(ack, 0), entry.id]
        )
        try set(.sent, reason: nil, entry.id, db)
        try db.executeCached(
            sql: "DELETE FROM foreign_update WHERE account = ? AND unique_id = ?", arguments: [account, unique]
        )
        return (entry, wasHeld)
    }

    /// Applies the reports that arrived before answers that a crash has lost.
    static func settleWaitingUpdates(_ db: Database) throws {
        for row in try Row.fetchAll(db, sql: "SELECT * FROM foreign_update WHERE is_waiting = 1 ORDER BY received_at") {
            let unique: String = row["unique_id"]
            let account: String = row["account"]
            if let ack: Int = row["ack"], let conversation: Int64 = row["conversation"],
                try settleUnknown(of: conversation, unique: unique, ack: ack, account: account, db) != nil
            {
                continue
            }
            try db.executeCached(
                sql: "UPDATE foreign_update SET is_waiting = 0 WHERE account = ? AND unique_id = ?",
                arguments: [account, unique]
            )
        }
    }
}
