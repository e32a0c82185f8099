import Responder

/// What runs the steps and holds the data.
package enum Engine: Sendable {
    case sqlite(SQLiteEngine)

    /// Runs `body` as one step that is on disk when this returns.
    ///
    /// - Parameters:
    ///   - sentAt: The moment at which the message that is taken in was sent; messages that arrive together are ordered by
    ///     it.
    ///   - isDone: Finds out whether a run with that result is on disk although its commit was not answered; `nil` if
    ///     `body` may be run again without harm.
    func perform<Result: Sendable>(
        for purpose: StepQueue.Purpose, weight: Int, sentAt: Timestamp?,
        isDone: (@Sendable (Connection, Result) throws -> Bool)?,
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        do {
            return try await withCheckedThrowingContinuation { continuation in
                let box = Box<Result>()
                let step = Step(
                    run: { db in
                        let result = Swift.Result { try body(db) }.mapError(StoreError.init)
                        box.result = result
                        if case .failure(let error) = result { return error }
                        return nil
                    },
                    isDone: { db in
                        guard let isDone else { return nil }
                        guard case .success(let result) = box.result else { return false }
                        return try isDone(db, result)
                    },
                    finish: { failure in
                        continuation.resume(
                            with: failure.map { .failure($0) } ?? box.result ?? .failure(.failed("not run")))
                    },
                    sentAt: sentAt, weight: weight
                )
                switch self {
                case .sqlite(let engine): engine.perform(step, for: purpose)
                }
            }
        } catch {
            throw StoreError(error)
        }
    }

    /// A result that is written and read by the thread that runs the step alone.
    private final class Box<Result: Sendable>: @unchecked Sendable {
        var result: Swift.Result<Result, StoreError>?
    }

    /// Reads without waiting for steps. `body` sees one state of the database.
    func read<Result: Sendable>(
        _ body: @escaping @Sendable (Connection) throws -> Result
    ) async throws(StoreError) -> Result {
        switch self {
        case .sqlite(let engine): try await engine.read(body)
        }
    }

    /// The number of steps that wait for the ones that are running.
    var waiting: Int {
        switch self {
        case .sqlite(let engine): engine.waiting
        }
    }

    /// Sets the accounts of which more is ready to be sent than can be; their new events are taken in more slowly.
    func setBehind(_ accounts: Set<String>) {
        switch self {
        case .sqlite(let engine): engine.setBehind(accounts)
        }
    }

    /// Copies the database, whole and consistent, to a new file.
    func backup(to path: String) async throws(StoreError) {
        switch self {
        case .sqlite(let engine): try await engine.backup(to: path)
        }
    }

    /// Returns the damage that is found in the database; empty if it is sound.
    func damage() async throws(StoreError) -> [String] {
        switch self {
        case .sqlite(let engine): try await engine.damage()
        }
    }

    /// Removes what was deleted from wherever it remains, as far as can be done from here.
    func erase() async {
        switch self {
        case .sqlite(let engine): await engine.erase()
        }
    }

    /// Closes the database. Later calls fail.
    func close() {
        switch self {
        case .sqlite(let engine): engine.close()
        }
    }
}
