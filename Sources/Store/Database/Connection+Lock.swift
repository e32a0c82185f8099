import Responder

extension Connection {
    /// What a step is about.
    enum Subject {
        /// The conversation with that number.
        case conversation(Int64)
        /// The conversation of an outbox entry.
        case entry(Int64)
        /// The conversation of an attempt.
        case attempt(Int64)
        /// The conversation with a contact, who may be known by several addresses, or by none yet.
        case contact(Contact, account: String)
        /// The conversation that a report is about: that of the message with that id, or that with a contact.
        case report(unique: String, ReportedContact?, account: String)
        /// The conversations that were decided by nobody, or left by a process that has ended.
        case left
    }

    /// Locks the row of a conversation until the end of the step, so that nobody else changes anything of the
    /// conversation meanwhile.
    ///
    /// Every step that changes a conversation, or what belongs to one, begins with this, and looks only then: what it has
    /// seen before, others may have changed while it waited for the lock.
    ///
    /// - Returns: Whether others may have changed anything since the step began.
    @discardableResult
    func lock(_ subject: @autoclosure () -> Subject) throws -> Bool {
        switch kind {
        case .sqlite(let connection):
            // There is one writer: whoever is in a step has locked everything.
            connection.hasLocked = true
            return false
        }
    }
}
