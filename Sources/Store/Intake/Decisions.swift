public import Responder

/// A decision that has been stored, and its outbox entries.
public struct Decided: Sendable {
    /// The number of the message.
    public var id: Int64
    /// The message that was decided.
    public var message: Message
    /// The number of its conversation.
    public var conversation: Int64
    /// The decision.
    public var decision: Decision
    /// The moment at which the message arrived.
    public var receivedAt: Timestamp
    /// The moment of the decision.
    public var decidedAt: Timestamp
    /// The outbox entries that now wait to be sent.
    public var entries: [EntryReference]
}

extension Store {
    /// Decides messages that an earlier version has stored but not decided, in the order of the provider's timestamps.
    ///
    /// - Parameters:
    ///   - limit: The largest number of messages.
    ///   - decide: Makes the decision.
    /// - Returns: The decisions; none once all messages are decided.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func decideLeft(limit: Int = 128, by decide: @escaping Decide) async throws(StoreError) -> [Decided] {
        try await write(
            about: .leftOver, for: .progress,
            rerun: .unless { db, decided in
                try !decided.isEmpty
                    && decided.allSatisfy { try db.exists("SELECT 1 FROM decision WHERE message = ?", $0.id) }
            }
        ) { db in
            try db.all(Self.undecided, limit, read: Undecided.init).map { left in
                var conversation = try self.loadConversation(left.conversation, db)
                let decided = try self.decide(left.message, in: left.conversation, &conversation, by: decide, db)
                try db.run("UPDATE message SET is_decided = 1 WHERE id = ?", left.id)
                return try self.store(
                    decided, as: left.id, of: left.message, in: left.conversation,
                    withdrawals: try self.withdrawals(of: left.conversation, db),
                    receivedAt: left.receivedAt, db)
            }
        }
    }

    /// A message that is not decided.
    private struct Undecided {
        var id: Int64
        var conversation: Int64
        var message: Message
        var receivedAt: Timestamp

        /// Reads the columns that ``Store/undecided`` selects.
        init(_ row: Columns) {
            message = Message(row)
            id = row.integer(12)
            conversation = row.integer(13)
            receivedAt = row.time(14)
        }
    }

    static let undecided = """
        SELECT \(Message.columns), m.id, m.conversation, m.received_at FROM message m JOIN contact c ON c.id = m.conversation
        WHERE m.is_decided = 0 ORDER BY m.timestamp, m.id LIMIT ?
        """

    /// Decides a message, applies the changes to its conversation and stores the conversation.
    func decide(
        _ message: Message, in id: Int64, _ conversation: inout Conversation, by decide: Decide, _ db: Connection
    ) throws -> (decision: Decision, at: Timestamp) {
        conversation.quotedRule = try message.quoted.flatMap {
            try Self.rule(thatSent: $0, account: message.account, db)
        }
        let decided = decide(message, conversation)
        conversation.apply(decided.decision.changes, of: message, by: decided.decision.rule, at: decided.at)
        let memory = conversation.memory.json
        memories.remember(conversation.memory, as: memory)
        let window = conversation.window
        try db.run(
            """
            INSERT INTO conversation (id, last_message_at, window_end, window_corrected_at, paused_until, memory)
            VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO UPDATE SET last_message_at = excluded.last_message_at, window_end = excluded.window_end,
              window_corrected_at = excluded.window_corrected_at, paused_until = excluded.paused_until,
              memory = excluded.memory
            """,
            id, window.lastMessageAt, window.end, window.correctedAt, conversation.pausedUntil, memory)
        return decided
    }

    /// Stores the decision of a message and its outbox entries; `withdrawals` is the count of the conversation so far.
    func store(
        _ decided: (decision: Decision, at: Timestamp), as id: Int64, of message: Message, in conversation: Int64,
        withdrawals: Int, receivedAt: Timestamp, _ db: Connection
    ) throws -> Decided {
        let (decision, now) = decided
        try db.run(
            """
            INSERT INTO decision (message, rule, outcome, reason, because, revision, decided_at, changes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            id, decision.rule, decision.outcome.rawValue, decision.reason.rawValue, decision.because,
            decision.revision, now, decision.changes.json)
        var withdrawals = withdrawals
        if decision.changes.optedOut == true {
            withdrawals = try withdraw(conversation, account: message.account, for: .optedOut, db)
        } else if decision.changes.pausedBy != nil {
            withdrawals = try withdraw(conversation, account: message.account, for: .paused, db)
        }
        let entries = try decision.sends.map { outgoing in
            let due = max(outgoing.notBefore ?? now, now)
            let json = outgoing.json
            outgoings.remember(outgoing, as: json)
            let number = try db.insert(
                """
                INSERT INTO outbox (message, conversation, account, outgoing, state, created_at, due_at, expires_at,
                  withdrawals, lane)
                VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?, ?, ?)
                """,
                id, conversation, message.account, json, due, due, outgoing.expiry(from: due), withdrawals,
                outgoing.lane.rawValue)
            let entry = EntryReference(
                id: number, conversation: conversation, account: message.account, due: due, lane: outgoing.lane)
            changes.note(.added(entry))
            return entry
        }
        return Decided(
            id: id, message: message, conversation: conversation, decision: decision, receivedAt: receivedAt,
            decidedAt: now, entries: entries)
    }

    func loadConversation(_ id: Int64, _ db: Connection) throws -> Conversation {
        try db.first(Self.conversation, id) { self.readConversation($0, of: id) } ?? Conversation()
    }

    static let conversation = "SELECT \(conversationColumns) FROM conversation v WHERE v.id = ?"

    /// The columns that ``readConversation(_:of:)`` reads from the table `conversation`, named `v`.
    static let conversationColumns = "\(Window.columns), v.paused_until, v.memory"

    /// Reads ``conversationColumns``, which come first.
    func readConversation(_ row: Columns, of id: Int64) -> Conversation {
        Conversation(window: Window(row), pausedUntil: row.timeOrNil(3), memory: memory(row.text(4), of: id))
    }

    /// Returns the rule whose answer the provider knows by that id.
    static func rule(thatSent unique: String, account: String, _ db: Connection) throws -> String? {
        let sql = """
            SELECT d.rule FROM attempt a JOIN outbox o ON o.id = a.entry JOIN decision d ON d.message = o.message
            WHERE a.unique_id = ? AND o.account = ? LIMIT 1
            """
        return try db.first(sql, unique, account) { $0.textOrNil(0) } ?? nil
    }
}
