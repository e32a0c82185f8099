public import Responder

/// A message, as the daemon decided it.
public struct RecordedMessage: Sendable {
    /// The number of the message; grows in the order of arrival.
    public var id: Int64
    /// The number of its conversation.
    public var conversation: Int64
    /// The moment at which the contact was first stored.
    public var contactSince: Timestamp
    /// The message.
    public var message: Message
    /// The daemon's decision; its sentence is not read.
    public var decision: StoredDecision
    /// The changes to the conversation.
    public var changes: Changes
    /// The message of ours that it quotes; `nil` if it quotes none.
    public var quoted: Quoted?

    /// A message of ours that a contact's message quotes.
    public struct Quoted: Sendable, Hashable {
        /// The number of the contact's message that it answered.
        public var message: Int64
        /// The rule that sent it.
        public var rule: String?

        /// Creates a quoted message by the number of the message that it answered.
        public init(message: Int64, rule: String?) {
            self.message = message
            self.rule = rule
        }
    }

    /// Creates a recorded message; by default its decision changed nothing and it quotes nothing.
    public init(
        id: Int64, conversation: Int64, contactSince: Timestamp, message: Message, decision: StoredDecision,
        changes: Changes = Changes(), quoted: Quoted? = nil
    ) {
        self.id = id
        self.conversation = conversation
        self.contactSince = contactSince
        self.message = message
        self.decision = decision
        self.changes = changes
        self.quoted = quoted
    }
}

extension RecordedMessage {
    static let one = """
        SELECT \(Message.columns), m.id, m.conversation, c.created_at, d.decided_at, d.rule, d.outcome, d.reason,
          d.revision, d.changes
        FROM message m JOIN contact c ON c.id = m.conversation JOIN decision d ON d.message = m.id
        WHERE m.id = ? AND m.address <> ''
        """

    /// Reads the columns that ``one`` selects.
    init(_ row: Columns) throws {
        let changes = row.text(20)
        self.init(
            id: row.integer(12), conversation: row.integer(13), contactSince: row.time(14), message: Message(row),
            decision: StoredDecision(
                rule: row.textOrNil(16), outcome: Decision.Outcome(rawValue: row.text(17)) ?? .silent,
                reason: .init(word: row.text(18)), revision: row.text(19), decidedAt: row.time(15)),
            changes: changes == "{}" ? Changes() : try StoredJSON.decode(Changes.self, from: changes))
    }
}

extension RecordedMessage.Quoted {
    static let one = """
        SELECT o.message, d.rule FROM attempt a JOIN outbox o ON o.id = a.entry
        JOIN decision d ON d.message = o.message WHERE a.unique_id = ? AND o.account = ? LIMIT 1
        """

    /// Reads the columns that ``one`` selects.
    init(_ row: Columns) { self.init(message: row.integer(0), rule: row.textOrNil(1)) }
}
