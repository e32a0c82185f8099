public import Responder

extension Store {
    /// Records the progress of a message that was sent.
    ///
    /// A report on an unknown id waits while attempts of the conversation are in flight. Otherwise it belongs to an
    /// attempt that ended shortly before without an id, or else it means that a person answered from another tool.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func record(
        _ update: DeliveryUpdate, account: String, policy: TakeoverPolicy, at now: Timestamp
    ) async throws(StoreError) -> IntakeResult {
        try await write(
            recording(update, account: account, takeoverPause: policy.pause, at: now), account: account)
    }

    func recording(
        _ update: DeliveryUpdate, account: String, takeoverPause: Duration, at now: Timestamp
    ) -> IntakeStep {
        let noted = IntakeStep.Taken(IntakeResult(kind: .noted))
        let subject = Connection.Subject.report(unique: update.unique, update.contact, account: account)
        return IntakeStep(subject: .nothing, laterSubject: subject) { db in
            // An attempt that has that id keeps it, and its delivery never goes back: no lock is needed.
            if try Self.moveDelivery(update.ack, unique: update.unique, account: account, db) { return noted }
            // An attempt that has ended meanwhile may have brought the id.
            if try db.lock(subject),
                try Self.moveDelivery(update.ack, unique: update.unique, account: account, db)
            {
                return noted
            }
            if case .attempt(let mark) = update.origin {
                guard try self.claim(mark, unique: update.unique, account: account, db) != nil else { return noted }
                _ = try Self.moveDelivery(update.ack, unique: update.unique, account: account, db)
                return .init(noted.result) { try $0.exists(Self.sentAs, update.unique, account) }
            }
            // Reports on messages of the contact do not show who answers.
            if try db.exists(Self.knownMessage, account, update.unique) { return noted }
            let report = ForeignReport(
                account: account, unique: update.unique,
                conversation: try Self.conversationID(ofContact: update.contact, account: account, db),
                ack: update.ack, failure: nil, receivedAt: now)
            // A report that waited for an attempt which has ended meanwhile is examined again.
            if try Self.remember(report, db) { return noted }
            // That somebody reads today what was sent long ago does not show that a person answers now.
            if update.origin == .elsewhere, update.ack > 1 { return noted }
            let result = try self.place(
                report, of: update.contact, isOurs: update.origin != .elsewhere, takeoverPause: takeoverPause, at: now,
                db)
            return .init(result) { db in
                // To move a delivery again does no harm.
                if try db.exists(Self.storedReport, account, update.unique, now) { return true }
                // An attempt has claimed it, and has the id now.
                return try result.kind != .takenOver
                    && Self.moveDelivery(update.ack, unique: update.unique, account: account, db)
            }
        }
    }

    /// Records a failure that came after acceptance; it has the same effect as the same reason in the answer.
    ///
    /// - Parameters:
    ///   - failure: The provider's report.
    ///   - account: The number of the account.
    ///   - payload: The webhook's body, which is kept.
    ///   - delay: Returns the wait before another attempt, after that number of attempts.
    ///   - now: The moment of arrival.
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func record(
        _ failure: DeliveryFailure, account: String, payload: String,
        delay: @escaping @Sendable (_ attempts: Int) -> Duration, at now: Timestamp
    ) async throws(StoreError) -> IntakeResult {
        try await write(
            recording(failure, account: account, payload: payload, delay: delay, at: now), account: account)
    }

    func recording(
        _ failure: DeliveryFailure, account: String, payload: String,
        delay: @escaping @Sendable (_ attempts: Int) -> Duration, at now: Timestamp
    ) -> IntakeStep {
        IntakeStep(subject: .report(unique: failure.unique, failure.contact, account: account)) { db in
            let hook = try Self.insertHook("system", payload: payload, account: account, at: now, db)
            func taken(_ result: IntakeResult) -> IntakeStep.Taken {
                .init(result) { try $0.exists(Self.storedHook, hook, now) }
            }
            var conversation: Int64?
            if case .attempt(let mark) = failure.origin {
                conversation = try self.claim(mark, unique: failure.unique, account: account, hasFailed: true, db)
                // Another database's, or one that was forgotten.
                if conversation == nil { return taken(IntakeResult(kind: .noted)) }
            }
            if let result = try self.fail(
                failure.unique, failure.outcome, account: account, delay: delay, at: now, db)
            {
                return taken(result)
            }
            let report = ForeignReport(
                account: account, unique: failure.unique,
                conversation: try conversation
                    ?? Self.conversationID(ofContact: failure.contact, account: account, db),
                ack: nil, failure: failure.outcome, receivedAt: now)
            guard failure.origin != .elsewhere, report.conversation != nil, try !Self.remember(report, db) else {
                return taken(IntakeResult(kind: .noted))
            }
            let result = try self.place(
                report, of: failure.contact, takeoverPause: .zero, delay: delay, at: now, db)
            return taken(result)
        }
    }

    /// Moves an attempt's delivery forward, never back; `false` if no attempt has that id.
    static func moveDelivery(_ ack: Int, unique: String, account: String, _ db: Connection) throws -> Bool {
        if ack > 0 {
            if try db.changed(arrived, unique, account, ack) == 1 { return true }
        } else {
            if try db.changed(didNotArrive, unique, account) == 1 { return true }
        }
        return try db.exists(sentAs, unique, account)
    }

    // A failure is final. A message that has not arrived can fail; one that has arrived can't.
    static let arrived = """
        UPDATE attempt SET delivery = ?3 WHERE id = (\(sentAs)) AND (delivery IS NULL OR delivery <> 0 AND delivery < ?3)
        """
    static let didNotArrive = """
        UPDATE attempt SET delivery = 0 WHERE id = (\(sentAs)) AND (delivery IS NULL OR delivery = 1)
        """
    static let sentAs = """
        SELECT a.id FROM attempt a JOIN outbox o ON o.id = a.entry WHERE a.unique_id = ?1 AND o.account = ?2 LIMIT 1
        """

    /// Applies a failure to the accepted attempt with its id; `nil` if there is none, or its answer has not come yet.
    func fail(
        _ unique: String, _ outcome: AttemptOutcome, account: String, delay: (_ attempts: Int) -> Duration,
        at now: Timestamp,
        _ db: Connection
    ) throws -> IntakeResult? {
        guard let sent = try db.first(Self.failedAttempt, unique, account, read: FailedAttempt.init) else { return nil }
        guard !sent.isInFlight else { return nil }
        // It is the same hook again, or a report on an attempt that a later one has replaced. Or the message has arrived:
        // whatever this report says, the contact must not get it again, or a template in addition.
        guard sent.isLatest, sent.delivery.map({ $0 < 2 }) ?? true else { return IntakeResult(kind: .noted) }
        try db.run(
            "UPDATE attempt SET outcome = ?, reason = ?, detail = ?, delivery = 0 WHERE id = ?",
            outcome.kind.rawValue, outcome.refusal?.reason, outcome.refusal?.text, sent.id)
        let isContactTired = outcome.refusal?.congestion == .contact
        let least = isContactTired ? RetrySchedule.ofOneContact.least(after: sent.attempts) : .zero
        let settlement = try settle(
            sent.id, outcome, isLate: true, onUnknown: .hold, delay: max(delay(sent.attempts), least), at: now, db)
        return IntakeResult(kind: .noted, accountFault: settlement == .accountStopped ? outcome.refusal : nil)
    }

    /// An attempt that a failure is reported of.
    private struct FailedAttempt {
        var id: Int64
        var attempts: Int
        var delivery: Int?
        /// Whether the attempt is the last one of its entry and was accepted.
        var isLatest: Bool
        /// Whether its outcome is not known yet: only the provider's id of the message is.
        var isInFlight: Bool

        /// Reads the columns that ``Store/failedAttempt`` selects.
        init(_ row: Columns) {
            id = row.integer(0)
            attempts = row.int(1)
            delivery = row.intOrNil(2)
            isLatest = row.bool(3)
            isInFlight = row.bool(4)
        }
    }

    static let failedAttempt = """
        SELECT a.id, o.attempts, a.delivery,
          a.outcome IS NOT NULL AND a.outcome = 'accepted' AND o.state = 'sent' AND a.number = o.attempts,
          a.outcome IS NULL
        FROM attempt a JOIN outbox o ON o.id = a.entry WHERE a.unique_id = ? AND o.account = ? LIMIT 1
        """
}
