import GRDB
public import Responder

/// A decision that has been stored, and the outbox entries it made.
public struct Decided: Sendable {
    /// The message that was decided.
    public var message: Message
    /// The number of its conversation.
    public var conversation: Int64
    /// What it led to.
    public var decision: Decision
    /// When the message arrived.
    public var receivedAt: Timestamp
    /// When it was decided.
    public var decidedAt: Timestamp
    /// What is now waiting to be sent.
    public var entries: [EntryReference]
}

/// Whose messages were decided last, so that others come next.
public struct DecidingTurns: Sendable {
    /// How many messages of one conversation are decided in one turn at most.
    public static let messagesAtOnce = 16

    /// By account; its own conversation's id.
    fileprivate var last: [String: Int64] = [:]

    /// Nobody has had a turn yet.
    public init() {}

    /// Takes note of what was decided, in that order.
    public mutating func note(_ decided: [Decided]) {
        for one in decided { last[one.message.account] = one.conversation }
    }
}

extension Store {
    /// Decides messages that wait for it and stores decisions and outbox entries in one transaction. Accounts share
    /// what is decided at once, and so do the conversations of each, in turns; the messages of one conversation go by the
    /// provider's timestamp, then by arrival.
    ///
    /// - Parameters:
    ///   - limit: About how many at most.
    ///   - turns: Whose turn it was last.
    ///   - now: The moment of deciding.
    ///   - decide: The decision; must be pure and quick, for the writer waits for it.
    /// - Returns: What was decided, and whether that was all that waited.
    public func decideWaiting(
        limit: Int = 128, after turns: DecidingTurns = DecidingTurns(), at now: Timestamp,
        by decide: @escaping @Sendable (Message, Conversation) -> Decision
    ) async throws(StoreError) -> (decided: [Decided], isAll: Bool) {
        try await write(for: .progress) { db in
            // Where all that waits is decided at once nobody has to wait for a turn.
            let waiting = try db.first(Self.waitingCount, limit + 1) { $0.int(0) } ?? 0
            let messages =
                waiting <= limit
                ? try db.all(Self.allWaitingMessages, read: WaitingMessage.init).sorted {
                    ($0.message.timestamp, $0.id) < ($1.message.timestamp, $1.id)
                }
                : try Self.nextMessages(limit: limit, after: turns, db)
            return (try messages.map { try self.decide($0, at: now, by: decide, db) }, waiting <= limit)
        }
    }

    /// A message that is not decided.
    private struct WaitingMessage {
        var id: Int64
        var conversation: Int64
        var message: Message
        var receivedAt: Timestamp

        /// Reads what ``Store/waitingMessages`` selects.
        init(_ row: Columns) {
            message = Message(row)
            id = row.integer(11)
            conversation = row.integer(12)
            receivedAt = row.time(13)
        }
    }

    static let waitingCount = "SELECT count(*) FROM (SELECT 1 FROM message WHERE is_decided = 0 LIMIT ?)"
    static let allWaitingMessages = """
        SELECT \(Message.columns), m.id, m.conversation, m.received_at FROM message m JOIN contact c ON c.id = m.conversation
        WHERE m.is_decided = 0
        """

    static let nextAccount =
        "SELECT account FROM message WHERE is_decided = 0 AND account > ? ORDER BY account LIMIT 1"
    static let nextConversation =
        "SELECT conversation FROM message WHERE is_decided = 0 AND account = ? AND conversation > ? ORDER BY conversation LIMIT 1"
    static let waitingMessages = """
        SELECT \(Message.columns), m.id, m.conversation, m.received_at FROM message m JOIN contact c ON c.id = m.conversation
        WHERE m.is_decided = 0 AND m.account = ? AND m.conversation = ? ORDER BY m.timestamp, m.id LIMIT ?
        """

    private static func nextMessages(
        limit: Int, after turns: DecidingTurns, _ db: Database
    ) throws -> [WaitingMessage] {
        var accounts: [String] = []
        while let next = try db.first(nextAccount, accounts.last ?? "", read: { $0.text(0) }) { accounts.append(next) }
        let share = max(1, limit / max(1, accounts.count))
        var messages: [WaitingMessage] = []
        for account in accounts {
            let conversations = try nextConversations(of: account, after: turns.last[account] ?? 0, limit: share, db)
            let each = min(max(1, share / max(1, conversations.count)), DecidingTurns.messagesAtOnce)
            for conversation in conversations {
                messages += try db.all(waitingMessages, account, conversation, each, read: WaitingMessage.init)
            }
        }
        return messages
    }

    /// Those behind the last one, then those from the start up to it.
    private static func nextConversations(
        of account: String, after last: Int64, limit: Int, _ db: Database
    ) throws -> [Int64] {
        var found: [Int64] = []
        var place = last
        var isFromStart = false
        while found.count < limit {
            let next = try db.first(nextConversation, account, place) { $0.integer(0) }
            if let next, !isFromStart || next <= last {
                found.append(next)
                place = next
            } else if isFromStart {
                break
            } else {
                isFromStart = true
                place = 0
            }
        }
        return found
    }

    private func decide(
        _ waiting: WaitingMessage, at now: Timestamp, by decide: (Message, Conversation) -> Decision, _ db: Database
    ) throws -> Decided {
        let message = waiting.message
        var conversation = try conversation(waiting.conversation, db)
        conversation.quotedRule = try message.quoted.flatMap {
            try Self.rule(thatSent: $0, account: message.account, db)
        }
        let decision = decide(message, conversation)
        try db.run("UPDATE message SET is_decided = 1 WHERE id = ?", waiting.id)
        try db.run(
            """
            INSERT INTO decision (message, rule, outcome, reason, because, revision, decided_at, changes)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?)
            """,
            waiting.id, decision.rule, decision.outcome.rawValue, decision.reason.rawValue, decision.because,
            decision.revision, now, decision.changes.json)
        conversation.apply(decision.changes, of: message, at: now)
        let memory = conversation.memory.json
        memories.remember(conversation.memory, as: memory)
        try db.run(
            "UPDATE conversation SET memory = ?, paused_until = ? WHERE id = ?",
            memory, conversation.pausedUntil, waiting.conversation)
        if decision.changes.optedOut == true { try Self.withdraw(waiting.conversation, at: now, db) }
        let entries = try decision.sends.map { outgoing in
            let due = max(outgoing.notBefore ?? now, now)
            let json = outgoing.json
            outgoings.remember(outgoing, as: json)
            try db.run(
                """
                INSERT INTO outbox (message, conversation, account, outgoing, state, created_at, due_at, lane)
                VALUES (?, ?, ?, ?, 'waiting', ?, ?, ?)
                """,
                waiting.id, waiting.conversation, message.account, json, due, due, outgoing.lane.rawValue)
            return EntryReference(
                id: db.lastInsertedRowID, conversation: waiting.conversation, account: message.account, due: due,
                lane: outgoing.lane)
        }
        return Decided(
            message: message, conversation: waiting.conversation, decision: decision, receivedAt: waiting.receivedAt,
            decidedAt: now, entries: entries)
    }

    func conversation(_ id: Int64, _ db: Database) throws -> Conversation {
        let sql = """
            SELECT last_message_at, window_end, window_corrected_at, paused_until, memory FROM conversation WHERE id = ?
            """
        let conversation = try db.first(sql, id) { row in
            Conversation(
                window: Window(row), pausedUntil: row.timeOrNil(3), memory: try memories.value(of: row.text(4)))
        }
        return conversation ?? Conversation()
    }

    /// The rule whose answer the provider knows by that id.
    static func rule(thatSent unique: String, account: String, _ db: Database) throws -> String? {
        let sql = """
            SELECT d.rule FROM attempt a JOIN outbox o ON o.id = a.entry JOIN decision d ON d.message = o.message
            WHERE a.unique_id = ? AND o.account = ? LIMIT 1
            """
        return try db.first(sql, unique, account) { $0.textOrNil(0) } ?? nil
    }

    /// Who opts out gets nothing of what still waits, or comes back from an attempt under way, or turns out not to have
    /// arrived.
    static func withdraw(_ conversation: Int64, at now: Timestamp, _ db: Database) throws {
        // Each is served by an index of its own.
        for moment in ["created_at", "released_at"] {
            try db.executeCached(
                sql: "UPDATE outbox SET is_withdrawn = 1 WHERE conversation = ? AND \(moment) > ? AND lane <> ?",
                arguments: [
                    conversation, now - OutboxEntry.lifetime - OutboxEntry.lifetime, Outgoing.Lane.posts.rawValue,
                ])
        }
    }
}

extension Message {
    /// What ``init(row:)`` reads of a message `m` and its contact `c`.
    static let columns = """
        m.account, m.unique_id, c.provider_id, c.number, m.address, m.name, m.type, m.body, m.caption, m.quoted, m.timestamp
        """

    /// Reads ``columns``, which come first.
    init(_ row: Columns) {
        self.init(
            account: row.text(0), unique: row.text(1),
            contact: Contact(
                id: row.textOrNil(2), number: row.textOrNil(3), address: row.text(4), name: row.textOrNil(5)),
            type: MessageType(rawValue: row.text(6)), body: row.text(7), caption: row.textOrNil(8),
            quoted: row.textOrNil(9), timestamp: row.time(10))
    }

    /// Reads ``columns``, which come first: looking for their names takes longer than reading them.
    init(row: Row) {
        self.init(
            account: row[0], unique: row[1],
            contact: Contact(id: row[2], number: row[3], address: row[4], name: row[5]),
            type: MessageType(rawValue: row[6]), body: row[7], caption: row[8], quoted: row[9], timestamp: row[10])
    }
}
