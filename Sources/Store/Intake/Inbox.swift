public import Responder

extension Store {
    /// Decides a message, and returns the moment of deciding too. Must be pure and quick, because the writer waits for
    /// it.
    public typealias Decide = @Sendable (Message, Conversation) -> (decision: Decision, at: Timestamp)

    /// Stores a message of a contact together with its decision and its outbox entries, unless the message was stored
    /// before. Messages that arrive together are decided in the order of the provider's timestamps.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - payload: The webhook's body as it came.
    ///   - now: The moment of arrival.
    ///   - decide: Makes the decision.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func accept(
        _ message: Message, payload: String, at now: Timestamp, by decide: @escaping Decide
    ) async throws(StoreError) -> IntakeResult {
        try await write(accepting(message, payload: payload, at: now, by: decide), account: message.account)
    }

    func accepting(
        _ message: Message, payload: String, at now: Timestamp, by decide: @escaping Decide
    ) -> IntakeStep {
        IntakeStep(subject: .contact(message.contact, account: message.account), sentAt: message.timestamp) { db in
            if try db.exists(Self.knownMessage, message.account, message.unique) {
                return .init(IntakeResult(kind: .duplicate))
            }
            var known = try self.contact(
                message.contact, account: message.account, sentAt: message.timestamp, at: now, db)
            known.conversation.receive(message, at: now)
            var whole = message
            whole.contact.id = known.contact.id
            whole.contact.number = known.contact.number
            let decision = try self.decide(whole, in: known.id, &known.conversation, by: decide, db)
            let id = try db.insert(
                """
                INSERT INTO message (account, unique_id, conversation, address, name, type, body, caption, quoted,
                  choice, timestamp, received_at, payload, is_decided)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
                """,
                message.account, message.unique, known.id, message.contact.address, message.contact.name,
                message.type.rawValue, message.body, message.caption, message.quoted, message.choice,
                message.timestamp, now, payload)
            let decided = try self.store(
                decision, as: id, of: whole, in: known.id, withdrawals: known.withdrawals,
                receivedAt: now, db)
            return .init(IntakeResult(kind: .new, decided: decided)) { db in
                try db.exists(Self.storedMessage, id, message.unique)
            }
        }
    }

    static let knownMessage = "SELECT 1 FROM message WHERE account = ? AND unique_id = ?"

    static let storedMessage = "SELECT 1 FROM message WHERE id = ? AND unique_id = ?"

    func keeping(hook: String, payload: String, account: String, at now: Timestamp) -> IntakeStep {
        IntakeStep(subject: .nothing) { db in
            let id = try Self.insertHook(hook, payload: payload, account: account, at: now, db)
            return .init(IntakeResult(kind: .noted)) { try $0.exists(Self.storedHook, id, now) }
        }
    }

    /// Stores a hook that replyd does not understand.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func keep(hook: String, payload: String, account: String, at now: Timestamp) async throws(StoreError)
        -> IntakeResult
    {
        try await write(keeping(hook: hook, payload: payload, account: account, at: now), account: account)
    }

    /// Stores a hook as it came; returns its number.
    static func insertHook(
        _ kind: String, payload: String, account: String, at now: Timestamp, _ db: Connection
    ) throws -> Int64 {
        try db.insert(
            "INSERT INTO hook (account, kind, received_at, payload) VALUES (?, ?, ?, ?)", account, kind, now, payload)
    }

    static let storedHook = "SELECT 1 FROM hook WHERE id = ? AND received_at = ?"
}
