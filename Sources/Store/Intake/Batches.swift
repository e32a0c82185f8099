public import Responder

/// The settings by which an account's events are taken in.
public struct IntakePolicy: Sendable {
    /// The time for which a conversation is left to a person who answers in it from elsewhere; zero for none.
    public var takeoverPause: Duration
    /// Returns the wait before another attempt, after that number of attempts.
    public var delay: @Sendable (_ attempts: Int) -> Duration
    /// Makes the decision about a message.
    public var decide: Store.Decide

    /// Creates a policy.
    public init(
        takeoverPause: Duration, delay: @escaping @Sendable (_ attempts: Int) -> Duration,
        decide: @escaping Store.Decide
    ) {
        self.takeoverPause = takeoverPause
        self.delay = delay
        self.decide = decide
    }
}

extension Store {
    /// The number of events of a batch that are one step. Each holds up the answers that move on meanwhile.
    public static let batchSize = 125

    /// Takes in several events of an account that came together, in their order and in as few transactions as may be.
    ///
    /// - Parameters:
    ///   - events: The events, each with its JSON as it came, which is kept for messages, failures and whatever replyd does
    ///     not understand.
    ///   - account: The number of the account.
    ///   - policy: The settings.
    ///   - now: The moment of arrival.
    /// - Returns: The results, in the same order.
    /// - Throws: ``StoreError`` if the database can't be written to; a part of the events may be stored then. Those that
    ///   are change nothing when they come again.
    public func take(
        _ events: [(event: WebhookEvent, payload: String)], account: String, policy: IntakePolicy, at now: Timestamp
    ) async throws(StoreError) -> [IntakeResult] {
        var results: [IntakeResult] = []
        var rest = events[...]
        while !rest.isEmpty {
            let steps = rest.prefix(Self.batchSize).map { step($0.event, $0.payload, account, policy, at: now) }
            results += try await write(all: steps, account: account)
            rest = rest.dropFirst(Self.batchSize)
        }
        return results
    }

    private func step(
        _ event: WebhookEvent, _ payload: String, _ account: String, _ policy: IntakePolicy, at now: Timestamp
    ) -> IntakeStep {
        switch event {
        case .message(let message): accepting(message, payload: payload, at: now, by: policy.decide)
        case .update(let update):
            recording(update, account: account, takeoverPause: policy.takeoverPause, at: now)
        case .failure(let failure):
            recording(failure, account: account, payload: payload, delay: policy.delay, at: now)
        case .move(let move): moving(move, account: account, payload: payload, at: now)
        case .other(let hook): keeping(hook: hook, payload: payload, account: account, at: now)
        }
    }
}
