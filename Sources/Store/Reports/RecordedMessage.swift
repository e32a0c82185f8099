import GRDB
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
    init(row: Row, _ db: Database) throws {
        let message = Message(row: row)
        let changes: String = row[19]
        self.init(
            id: row[11], conversation: row[12], contactSince: row[13], message: message,
            decision: StoredDecision(
                rule: row[15], outcome: Decision.Outcome(rawValue: row[16]) ?? .silent, reason: .init(word: row[17]),
                revision: row[18], decidedAt: row[14]),
            changes: changes == "{}" ? Changes() : try StoredJSON.decode(Changes.self, from: changes),
            quoted: try message.quoted.flatMap { try Quoted(sentAs: $0, account: message.account, db) })
    }
}

extension RecordedMessage.Quoted {
    fileprivate init?(sentAs unique: String, account: String, _ db: Database) throws {
        let row = try Row.fetchOne(
            db.cachedStatement(
                sql: """
                    SELECT o.message, d.rule FROM attempt a JOIN outbox o ON o.id = a.entry
                    JOIN decision d ON d.message = o.message WHERE a.unique_id = ? AND o.account = ? LIMIT 1
                    """), arguments: [unique, account])
        guard let row else { return nil }
        self.init(message: row[0], rule: row[1])
    }
}
