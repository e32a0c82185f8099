import GRDB
public import Responder

/// A message as the daemon decided it.
public struct RecordedMessage: Sendable {
    /// Its number; grows in the order of arrival.
    public var id: Int64
    /// The number of its conversation.
    public var conversation: Int64
    /// When the contact was heard of for the first time.
    public var contactSince: Timestamp
    /// The message.
    public var message: Message
    /// When it was decided.
    public var decidedAt: Timestamp
    /// The rule that answered or kept silent.
    public var rule: String?
    /// What the contact got.
    public var outcome: Decision.Outcome
    /// Why; nil for a word this version does not know.
    public var reason: Decision.Reason?
    /// The revision of the rule set that decided.
    public var revision: String
    /// What changed in the conversation.
    public var changes: Changes
    /// What it quotes, where that is something we sent.
    public var quoted: Quoted?

    /// Something we sent that a message quotes.
    public struct Quoted: Sendable, Hashable {
        /// The number of the message that it answered.
        public var message: Int64
        /// The rule that had it sent.
        public var rule: String?

        /// Makes it of its parts.
        public init(message: Int64, rule: String?) {
            self.message = message
            self.rule = rule
        }
    }

    /// Makes a recorded message of its parts.
    public init(
        id: Int64, conversation: Int64, contactSince: Timestamp, message: Message, decidedAt: Timestamp, rule: String?,
        outcome: Decision.Outcome, reason: Decision.Reason?, revision: String, changes: Changes = Changes(),
        quoted: Quoted? = nil
    ) {
        self.id = id
        self.conversation = conversation
        self.contactSince = contactSince
        self.message = message
        self.decidedAt = decidedAt
        self.rule = rule
        self.outcome = outcome
        self.reason = reason
        self.revision = revision
        self.changes = changes
        self.quoted = quoted
    }
}

extension RecordedMessage {
    init(row: Row, _ db: Database) throws {
        let message = Message(row: row)
        let changes: String = row[19]
        self.init(
            id: row[11], conversation: row[12], contactSince: row[13], message: message, decidedAt: row[14],
            rule: row[15], outcome: Decision.Outcome(rawValue: row[16]) ?? .silent,
            reason: Decision.Reason(rawValue: row[17]), revision: row[18],
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
