import Responder

/// An event that is taken in: whom it is about, and what it does. One or several of them are a step.
struct IntakeStep: Sendable {
    /// The result of taking an event in, and the way to find out whether it is on disk.
    struct Taken: Sendable {
        var result: IntakeResult
        /// Looks for the traces of the event; `nil` if it left none, or does no harm if it is taken in again.
        var isDone: (@Sendable (Connection) throws -> Bool)?

        init(_ result: IntakeResult, isDone: (@Sendable (Connection) throws -> Bool)? = nil) {
            self.result = result
            self.isDone = isDone
        }

        /// Whether the event is on disk.
        func isDone(_ db: Connection) throws -> Bool { try isDone?(db) ?? false }
    }

    /// The conversation that it is about.
    var subject: Connection.Subject
    /// The conversation that it locks itself, if it must: among others that is too late.
    var laterSubject: Connection.Subject?
    /// The moment at which the message was sent; `nil` if it is something else.
    var sentAt: Timestamp?
    /// Takes the event in; may be called again.
    var body: @Sendable (Connection) throws -> Taken
}

extension Store {
    /// Takes one event of an account in.
    func write(_ step: IntakeStep, account: String) async throws(StoreError) -> IntakeResult {
        try await write(
            about: step.subject, for: .intake(account), sentAt: step.sentAt,
            rerun: .unless { db, taken in try taken.isDone(db) }, step.body
        ).result
    }

    /// Takes several events of an account in, all of them or none.
    ///
    /// - Returns: Their results, in the same order.
    func write(all steps: [IntakeStep], account: String) async throws(StoreError) -> [IntakeResult] {
        guard steps.count != 1 else { return [try await write(steps[0], account: account)] }
        return try await write(
            about: .several(steps.flatMap { [$0.subject, $0.laterSubject ?? .nothing] }), for: .intake(account),
            weight: steps.count,
            // They are on disk together, so that the traces of one are enough.
            rerun: .unless { db, all in try all.contains { try $0.isDone(db) } },
            { db in try steps.map { try $0.body(db) } }
        ).map(\.result)
    }
}
