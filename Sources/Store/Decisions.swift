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
    /// How many messages are decided in one transaction.
    public static let batch = 128

    /// Decides messages that wait for it, oldest first by the provider's timestamp, then by arrival, and stores
    /// decisions and outbox entries in one transaction.
    ///
    /// - Parameters:
    ///   - limit: How many at most.
    ///   - now: The moment of deciding.
    ///   - decide: The decision; must be pure and quick, for the writer waits for it.
    /// - Returns: What was decided; empty where nothing waits.
    public func decideWaiting(
        limit: Int = batch, at now: Timestamp, by decide: @escaping @Sendable (Message, Conversation) -> Decision
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
        var conversation = try conversation(conversationID, db)
        conversation.quotedRule = try message.quoted.flatMap {
            try rule(thatSent: $0, account: message.account, db)
        }
        let decision = decide(message, conversation)
        try db.cachedStatement(sql: "UPDATE message SET is_decided = 1 WHERE id = ?").execute(arguments: [id])
        try db.cachedStatement(
            sql: """
                INSERT INTO decision (message, rule, outcome, reason, because, revision, decided_at, changes)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            id, decision.rule, decision.outcome.rawValue, decision.reason.rawValue, decision.because, decision.revision,
            now, decision.changes == Changes() ? "{}" : try JSONText.encode(decision.changes),
        ])
        conversation.apply(decision.changes, of: message, at: now)
        try db.cachedStatement(sql: "UPDATE conversation SET memory = ?, paused_until = ? WHERE id = ?")
            .execute(arguments: [try JSONText.encode(conversation.memory), conversation.pausedUntil, conversationID])
        if decision.changes.optedOut == true { try withdraw(conversationID, at: now, db) }
        let entries = try decision.sends.map { outgoing in
            let due = max(outgoing.notBefore ?? now, now)
            try db.cachedStatement(
                sql: """
                    INSERT INTO outbox (message, conversation, account, outgoing, state, created_at, due_at, lane)
                    VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)
                    """
            ).execute(arguments: [
                id, conversationID, message.account, try JSONText.encode(outgoing), due, due, outgoing.lane.rawValue,
            ])
            return EntryReference(
                id: db.lastInsertedRowID, conversation: conversationID, account: message.account, due: due,
                lane: outgoing.lane)
        }
        return Decided(message: message, decision: decision, entries: entries)
    }

    private static func conversation(_ id: Int64, _ db: Database) throws -> Conversation {
        let row = try Row.fetchOne(
            db.cachedStatement(sql: "SELECT paused_until, memory FROM conversation WHERE id = ?"), arguments: [id]
        )
        let memory = try row.map { try JSONText.decode(Memory.self, from: $0["memory"]) }
        return Conversation(
            window: try window(of: id, db), pausedUntil: row?["paused_until"], memory: memory ?? Memory())
    }

    /// The rule whose answer the provider knows by that id.
    private static func rule(thatSent unique: String, account: String, _ db: Database) throws -> String? {
        try String.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT d.rule FROM attempt a JOIN outbox o ON o.id = a.entry JOIN decision d ON d.message = o.message
                    WHERE a.unique_id = ? AND o.account = ? LIMIT 1
                    """
            ), arguments: [unique, account]
        )
    }

    /// Who opts out gets nothing of what still waits, or comes back from an attempt under way, or turns out not to have
    /// arrived.
    private static func withdraw(_ conversation: Int64, at now: Timestamp, _ db: Database) throws {
        try db.executeCached(
            sql: """
                UPDATE outbox SET is_withdrawn = 1 WHERE conversation = ? AND created_at > ? AND lane <> ?
                """,
            arguments: [
                conversation, now - OutboxEntry.lifetime - OutboxEntry.lifetime, Outgoing.Lane.posts.rawValue,
            ]
        )
    }
}

/// Values that are stored as JSON.
enum JSONText {
    static func encode(_ value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    static func decode<Value: Decodable>(_ type: Value.Type, from text: String) throws -> Value {
        try decoder.decode(type, from: Data(text.utf8))
    }

    private static let decoder = JSONDecoder()
    private static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()
}
