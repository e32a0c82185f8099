import Foundation
import GRDB
public import Responder

/// A decision that has been stored, and the outbox entries it made.
public struct Decided: Sendable {
    /// The message that was decided.
    public var message: Message
    /// What it led to.
    public var decision: Decision
    /// What is now waiting to be sent.
    public var entries: [EntryReference]
}

extension Store {
    /// Decides messages that wait for it, oldest first by the provider's timestamp, then by arrival, and stores
    /// decisions and outbox entries in one transaction.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - now: The moment of deciding.
    ///   - decide: The decision; must be pure and quick, for the writer waits for it.
    /// - Returns: What was decided; empty where nothing waits.
    public func decideWaiting(
        limit: Int = 128, at now: Timestamp, by decide: @escaping @Sendable (Message, Conversation) -> Decision
    ) async throws(StoreError) -> [Decided] {
        try await write { db in
            let rows = try Row.fetchAll(
                db.cachedStatement(sql: Self.waitingMessages), arguments: [limit]
            )
            return try rows.map { row in try Self.decide(row, at: now, by: decide, db) }
        }
    }

    static let waitingMessages = """
        SELECT m.*, c.provider_id, c.number FROM message m JOIN contact c ON c.id = m.conversation
        WHERE m.is_decided = 0 ORDER BY m.timestamp, m.id LIMIT ?
        """

    private static func decide(
        _ row: Row, at now: Timestamp, by decide: (Message, Conversation) -> Decision, _ db: Database
    ) throws -> Decided {
        let id: Int64 = row["id"]
        let conversationID: Int64 = row["conversation"]
        let message = Message(
            account: row["account"], unique: row["unique_id"],
            contact: Contact(
                id: row["provider_id"], number: row["number"], address: row["address"], name: row["name"]
            ),
            type: MessageType(rawValue: row["type"]), body: row["body"], caption: row["caption"], quoted: row["quoted"],
            timestamp: row["timestamp"]
        )
        let decision = decide(message, try conversation(conversationID, db))
        try db.cachedStatement(sql: "UPDATE message SET is_decided = 1 WHERE id = ?").execute(arguments: [id])
        try db.cachedStatement(
            sql: """
                INSERT INTO decision (message, rule, outcome, reason, because, revision, decided_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            id, decision.rule, decision.outcome.rawValue, decision.reason.rawValue, decision.because, decision.revision,
            now,
        ])
        let entries = try decision.sends.map { outgoing in
            try db.cachedStatement(
                sql: """
                    INSERT INTO outbox (message, conversation, account, outgoing, state, created_at, due_at)
                    VALUES (?, ?, ?, ?, 'waiting', ?, ?)
                    """
            ).execute(arguments: [id, conversationID, message.account, try outgoing.json, now, now])
            return EntryReference(
                id: db.lastInsertedRowID, conversation: conversationID, account: message.account, due: now)
        }
        return Decided(message: message, decision: decision, entries: entries)
    }

    private static func conversation(_ id: Int64, _ db: Database) throws -> Conversation {
        let pausedUntil = try Timestamp.fetchOne(
            db.cachedStatement(sql: "SELECT paused_until FROM conversation WHERE id = ?"), arguments: [id]
        )
        return Conversation(window: try window(of: id, db), pausedUntil: pausedUntil)
    }
}

extension Outgoing {
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    init(json: String) throws {
        self = try JSONDecoder().decode(Outgoing.self, from: Data(json.utf8))
    }
}
