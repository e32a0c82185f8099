import Foundation
import Providers
import Responder
import Store
import Synchronization

/// Counts events. Each event costs a few additions, under a lock that is never held for long.
final class Metrics: Sendable {
    /// The labels by which requests to providers are counted.
    struct SendKey: Hashable {
        var account: Int
        var kind: SendContent.Kind
        var reason: SendReason
    }

    /// The labels by which entries that have ended are counted.
    struct EndKey: Hashable {
        var isPost: Bool
        var state: EntryState
    }

    struct State: Sendable {
        /// The number of webhooks of each account, by result.
        var webhooks: [[WebhookResult: Int]]
        var unknownAccounts = 0
        var webhookTimes = Histogram()
        /// The number of decisions by rule and outcome; the rule is `nil` if none answered.
        var decisions: [String?: [Decision.Outcome: Int]] = [:]
        /// The number of decisions for each reason, at the index of the reason among all.
        var reasons = Array(repeating: 0, count: Decision.Reason.allCases.count)
        var decisionTimes = Histogram()
        var windows = Histogram([60, 3600, 3 * 3600, 6 * 3600, 12 * 3600, 18 * 3600, 23 * 3600, 24 * 3600])
        var sends: [SendKey: Int] = [:]
        /// The duration of requests, by account.
        var sendTimes: [Histogram]
        var sendDelays = Histogram()
        var answerTimes = Histogram()
        /// The number of retries, by account.
        var retries: [Int]
        /// The number of ended entries of each account.
        var ended: [[EndKey: Int]]
        var storeFailures = 0
        var connectionWaits = 0
        var alerts = (delivered: 0, givenUp: 0)
        /// The revision of the rules whose decisions are counted.
        var revision = ""
    }

    /// The outcome of a webhook, by which it is counted.
    enum WebhookResult: Hashable {
        case accepted(IntakeResult.Kind)
        case refused(WebhookRefusal)
    }

    let accounts: [String]
    private let indexes: [String: Int]
    private let clock: Clock
    private let state: Mutex<State>

    private static let reasonIndexes = Dictionary(
        uniqueKeysWithValues: Decision.Reason.allCases.enumerated().map { ($1, $0) })

    init(accounts: [String], clock: Clock) {
        self.accounts = accounts
        self.clock = clock
        indexes = Dictionary(accounts.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        state = Mutex(
            State(
                webhooks: Array(repeating: [:], count: accounts.count),
                sendTimes: Array(repeating: Histogram(), count: accounts.count),
                retries: Array(repeating: 0, count: accounts.count),
                ended: Array(repeating: [:], count: accounts.count)))
    }

    func record(_ event: DaemonEvent) {
        switch event {
        case .accepted(let webhook):
            guard let index = indexes[webhook.account] else { return }
            state.withLock { state in
                state.webhooks[index][.accepted(webhook.result), default: 0] += 1
                state.webhookTimes.record(webhook.elapsed)
            }
        case .refused(let account, let refusal):
            let index = account.flatMap { indexes[$0] }
            state.withLock { state in
                if let index {
                    state.webhooks[index][.refused(refusal), default: 0] += 1
                } else {
                    state.unknownAccounts += 1
                }
            }
        case .decided(let decided): record(decided)
        case .attempted(let ended): record(ended)
        case .settled(let settled):
            guard let index = indexes[settled.entry.account] else { return }
            let key = EndKey(isPost: settled.entry.lane == .posts, state: settled.state)
            state.withLock { $0.ended[index][key, default: 0] += 1 }
        case .storeFailed: state.withLock { $0.storeFailures += 1 }
        case .connectionsWait: state.withLock { $0.connectionWaits += 1 }
        case .alertDelivered: state.withLock { $0.alerts.delivered += 1 }
        case .alertFailed(_, let isGivenUp): if isGivenUp { state.withLock { $0.alerts.givenUp += 1 } }
        case .budget, .operatorAction, .clockStepped, .unusable, .decidedSlowly, .rulesUnchanged, .memoryUnreadable,
            .turnedAway,
            .attempting,
            .accountStopped, .accountResumed, .rulesLoaded, .rulesRefused, .listening:
            break
        }
    }

    private func record(_ decided: Decided) {
        let decision = decided.decision
        let left = decided.message.timestamp + Window.length - decided.decidedAt
        state.withLock { state in
            state.decisions[decision.rule, default: [:]][decision.outcome, default: 0] += 1
            state.reasons[Self.reasonIndexes[decision.reason] ?? 0] += 1
            state.decisionTimes.record(decided.decidedAt - decided.receivedAt)
            state.windows.record(left)
        }
    }

    private func record(_ ended: EndedAttempt) {
        guard let index = indexes[ended.entry.account] else { return }
        let (now, attempt) = (clock.now(), ended.attempt)
        let key = SendKey(account: index, kind: attempt.content.kind, reason: SendReason(ended.outcome))
        state.withLock { state in
            state.sends[key, default: 0] += 1
            state.sendTimes[index].record(ended.elapsed)
            switch ended.settlement {
            case .retry: state.retries[index] += 1
            case .over(let settled):
                let key = EndKey(isPost: ended.entry.lane == .posts, state: settled)
                state.ended[index][key, default: 0] += 1
            case .accountStopped: break
            }
            if case .accepted = ended.outcome {
                state.sendDelays.record(now - attempt.dueAt)
                if let receivedAt = attempt.receivedAt { state.answerTimes.record(now - receivedAt) }
            }
        }
    }

    /// Returns the figures. Counts of rules that are gone are dropped, so that there are no more of them than rules.
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

/// The outcome of a request, in as few different words as possible.
enum SendReason: Hashable, Comparable, CustomStringConvertible {
    /// The provider's reason; 1 is accepted.
    case provider(Int)
    /// An HTTP status, if the provider gave no reason.
    case http(Int)
    /// A word: `other` for another reason of the provider, or the kind of outcome if there is neither reason nor
    /// status.
    case word(String)

    /// The reasons that have a label of their own: a provider may make up any number of them. One is that of what is
    /// accepted.
    private static let known = Provider.allCases.reduce(into: Set<Int>()) { $0.formUnion($1.reasons) }.subtracting([1])

    init(_ outcome: AttemptOutcome) {
        if case .accepted = outcome {
            self = .provider(1)
        } else if let reason = outcome.refusal?.reason {
            self = Self.known.contains(reason) ? .provider(reason) : .word("other")
        } else if let status = outcome.refusal?.status, (100...599).contains(status) {
            self = .http(status)
        } else {
            self = .word(outcome.kind.rawValue)
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
