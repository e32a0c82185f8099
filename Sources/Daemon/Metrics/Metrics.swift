import Foundation
import Responder
import Store
import Synchronization

/// Counts what happens. Each event costs a lock that nobody holds for long and a few additions.
final class Metrics: Sendable {
    /// How a request to a provider ended.
    struct SendKey: Hashable {
        var account: Int
        var kind: String
        var reason: SendReason
    }

    struct State: Sendable {
        /// By account.
        var webhooks: [[WebhookResult: Int]]
        var strangers = 0
        var webhookTimes = Histogram()
        /// By rule; `nil` where none answered.
        var decisions: [String?: [Int]] = [:]
        /// By the place of the reason among all.
        var reasons = Array(repeating: 0, count: Decision.Reason.allCases.count)
        var decisionTimes = Histogram()
        var windows = Histogram([60, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 18 * 3600, 23 * 3600, 24 * 3600])
        var sends: [SendKey: Int] = [:]
        /// By account.
        var sendTimes: [Histogram]
        var sendDelays = Histogram()
        var answerTimes = Histogram()
        /// By account.
        var retries: [Int]
        /// By account.
        var ended: [[EntryState: Int]]
        var storeFailures = 0
        var connectionWaits = 0
        var alerts = (delivered: 0, givenUp: 0)
        /// The rules of which decisions are counted.
        var revision = ""
    }

    /// What became of a webhook, in the word that its label has.
    enum WebhookResult: Hashable {
        case accepted(Accepted.Result)
        case refused(WebhookRefusal)
    }

    let accounts: [String]
    private let places: [String: Int]
    private let clock: Clock
    private let state: Mutex<State>

    private static let reasonPlaces = Dictionary(
        uniqueKeysWithValues: Decision.Reason.allCases.enumerated().map { ($1, $0) })

    init(accounts: [String], clock: Clock) {
        self.accounts = accounts
        self.clock = clock
        places = Dictionary(accounts.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        state = Mutex(
            State(
                webhooks: Array(repeating: [:], count: accounts.count),
                sendTimes: Array(repeating: Histogram(), count: accounts.count),
                retries: Array(repeating: 0, count: accounts.count),
                ended: Array(repeating: [:], count: accounts.count)))
    }

    func note(_ event: DaemonEvent) {
        switch event {
        case .accepted(let account, _, let result, let took):
            guard let place = places[account] else { return }
            state.withLock { state in
                state.webhooks[place][.accepted(result), default: 0] += 1
                state.webhookTimes.note(took)
            }
        case .refused(let account, let refusal):
            let place = account.flatMap { places[$0] }
            state.withLock { state in
                if let place { state.webhooks[place][.refused(refusal), default: 0] += 1 } else { state.strangers += 1 }
            }
        case .decided(let decided): note(decided)
        case .attempted(let entry, let attempt, let outcome, let settlement, let took):
            note(entry, attempt, outcome, settlement, took)
        case .settled(let entry, let settled, _):
            guard let place = places[entry.account] else { return }
            state.withLock { $0.ended[place][settled, default: 0] += 1 }
        case .storeFailed: state.withLock { $0.storeFailures += 1 }
        case .connectionsWait: state.withLock { $0.connectionWaits += 1 }
        case .alertDelivered: state.withLock { $0.alerts.delivered += 1 }
        case .alertFailed(_, let isGivenUp): if isGivenUp { state.withLock { $0.alerts.givenUp += 1 } }
        case .operatorAction, .decidedSlowly, .rulesUnchanged, .memoryUnreadable, .turnedAway, .attempting, .accountStopped,
            .accountResumed, .rulesLoaded,
            .rulesRefused,
            .listening:
            break
        }
    }

    private func note(_ decided: Decided) {
        let decision = decided.decision
        let left = decided.message.timestamp + Window.length - decided.decidedAt
        let place =
            switch decision.outcome {
            case .reply: 0
            case .template: 1
            case .silent: 2
            }
        state.withLock { state in
            state.decisions[decision.rule, default: [0, 0, 0]][place] += 1
            state.reasons[Self.reasonPlaces[decision.reason] ?? 0] += 1
            state.decisionTimes.note(decided.decidedAt - decided.receivedAt)
            state.windows.note(left)
        }
    }

    private func note(
        _ entry: EntryReference, _ attempt: Attempt, _ outcome: AttemptOutcome, _ settlement: Settlement,
        _ took: Duration
    ) {
        guard let place = places[entry.account] else { return }
        let now = clock.now()
        let key = SendKey(account: place, kind: attempt.content.name, reason: SendReason(outcome))
        state.withLock { state in
            state.sends[key, default: 0] += 1
            state.sendTimes[place].note(took)
            switch settlement {
            case .retry: state.retries[place] += 1
            case .over(let settled): state.ended[place][settled, default: 0] += 1
            case .accountStopped: break
            }
            if case .accepted = outcome {
                state.sendDelays.note(now - attempt.dueAt)
                if let receivedAt = attempt.receivedAt { state.answerTimes.note(now - receivedAt) }
            }
        }
    }

    /// The figures now. Rules that are gone are no longer counted, so that there are only as many as there are rules.
    func figures(by rules: RuleSet) -> State {
        state.withLock { state in
            if state.revision != rules.revision {
                let known = Set(rules.rules.map(\.id))
                state.decisions = state.decisions.filter { $0.key.map(known.contains) ?? true }
                state.revision = rules.revision
            }
            return state
        }
    }
}

/// How a request ended, as few different words as may be.
enum SendReason: Hashable, Comparable, CustomStringConvertible {
    /// The provider's reason; 1 is accepted.
    case provider(Int)
    case http(Int)
    /// Another reason, or none.
    case word(String)

    init(_ outcome: AttemptOutcome) {
        if case .accepted = outcome {
            self = .provider(1)
        } else if let reason = outcome.refusal?.reason {
            self = (1...8).contains(reason) ? .provider(reason) : .word("other")
        } else if let status = outcome.refusal?.status, (100...599).contains(status) {
            self = .http(status)
        } else {
            self = .word(outcome.name)
        }
    }

    var description: String {
        switch self {
        case .provider(let reason): "\(reason)"
        case .http(let status): "http-\(status)"
        case .word(let word): word
        }
    }
}
