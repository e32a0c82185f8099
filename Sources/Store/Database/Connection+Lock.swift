import Responder

extension Connection {
    /// What a step is about: whose rows it locks before it looks at anything.
    enum Subject: Sendable {
        /// The conversation with that number.
        case conversation(Int64)
        /// The conversations with those numbers.
        case conversations([Int64])
        /// The conversation of an outbox entry.
        case entry(Int64)
        /// The conversation of an attempt.
        case attempt(Int64)
        /// The conversation with a contact, who may be known by several addresses, or by none yet.
        case contact(Contact, account: String)
        /// The conversation that a report is about: that of the message with that id, or that with a contact.
        case report(unique: String, ReportedContact?, account: String)
        /// All of these.
        indirect case several([Subject])
        /// The conversations with messages that nobody has decided, or attempts that a process which has ended began.
        case leftOver
        /// No conversation.
        case nothing
    }

    /// Locks the rows of conversations until the end of the step, so that nobody else changes anything of them
    /// meanwhile. Several are locked in the order of their numbers: two steps that wait for each other wait for ever.
    ///
    /// SQLite has one writer, so there is nothing to lock: no test on it can notice that a step forgets its lock.
    ///
    /// ``Store/write(about:for:sentAt:rerun:_:)`` does this before a step looks at anything: what it had seen before,
    /// others might have changed while it waited for the lock.
    ///
    /// - Returns: Whether others may have changed anything since the step began.
    @discardableResult
    func lock(_ subject: Subject) throws -> Bool {
        switch kind {
        // There is one writer: whoever is in a step has locked everything.
        case .sqlite: false
        }
    }
}
