public import Responder

extension Store {
    /// Recovers after a stop or a crash: the outcome of each attempt that had left without one becomes unknown, unless a
    /// report has come that says it was accepted. All lanes that are not empty are announced as changed.
    ///
    /// - Throws: ``StoreError`` if the database can't be written to.
    public func recover(at now: Timestamp, takeoverPause: Duration) async throws(StoreError) {
        try await write(about: .leftOver, for: .progress, rerun: .harmless) { db in
            let reported = try db.all(Self.reportedInFlight) { $0.integer(0) }
            try db.run(
                """
                UPDATE outbox SET state = 'waiting', is_unknown = 1, due_at = ?
                WHERE id IN (SELECT entry FROM attempt WHERE outcome IS NULL) AND state = 'sending'
                """, now)
            try db.run(
                """
                UPDATE attempt SET outcome = 'unknown', ended_at = ?, detail = 'replyd stopped before the answer came'
                WHERE outcome IS NULL
                """, now)
            for attempt in reported { try self.acceptReported(attempt, at: now, db) }
            try self.placeWaitingReports(takeoverPause: takeoverPause, at: now, db)
            try LaneState.forEach(db) { self.changes.note(.lane($0)) }
        }
    }
}
