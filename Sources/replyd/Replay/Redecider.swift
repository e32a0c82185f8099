import Responder
import Store

/// Decides recorded messages again, by the rules in use and by others. Pure.
///
/// Both begin where the daemon was before the first message that was asked for, and from there on each remembers what it
/// did itself: so every difference comes from the rules. What people did meanwhile – they answered from another tool,
/// paused, resumed, opted out or in – happens to both, as far as it is recorded or shows in what the daemon decided.
/// The provider's corrections of windows are not recorded; without them a window is 24 hours from the last message.
struct Redecider {
    /// The rules of one side, and what they led to in the conversation at hand.
    private struct Side {
        let rules: RuleSet
        var conversation = Conversation()
        /// By message, the rule that answered it.
        var answers: [Int64: String] = [:]
    }

    /// One message and what each side decides.
    struct Redecided {
        var recorded: RecordedMessage
        var before: Decision
        var after: Decision
    }

    private let history: History
    private let policy: DecisionPolicy
    private let takeoverPause: Duration
    private var before: Side
    private var after: Side

    private var conversation: Int64?
    /// What the daemon knew.
    private var known = Conversation()
    private var isInFlight = false
    private var nextTakeover = 0

    init(
        _ history: History, before: RuleSet, after: RuleSet, policy: DecisionPolicy,
        takeoverPause: Duration
    ) {
        self.history = history
        self.policy = policy
        self.takeoverPause = takeoverPause
        self.before = Side(rules: before)
        self.after = Side(rules: after)
    }

    /// Decides the next message of the history; nil where it is from before the first that was asked for.
    mutating func decide(_ recorded: RecordedMessage) -> Redecided? {
        if recorded.conversation != conversation { begin(recorded) }
        let isAskedFor = recorded.id >= history.first
        if isAskedFor, !isInFlight {
            isInFlight = true
            before.conversation = known
            after.conversation = known
        }
        recordTakeovers(until: recorded.decision.decidedAt)
        recordPeople(recorded)
        let now = recorded.decision.decidedAt
        known.receive(recorded.message, at: now)
        defer { known.apply(recorded.changes, of: recorded.message, at: now) }
        guard isInFlight else { return nil }
        let first = decide(recorded, by: &before)
        let second = decide(recorded, by: &after)
        return isAskedFor ? Redecided(recorded: recorded, before: first, after: second) : nil
    }

    private mutating func begin(_ recorded: RecordedMessage) {
        conversation = recorded.conversation
        known = Conversation()
        // Who is older than all that is stored has written before, though that has been deleted.
        if let start = history.start, recorded.contactSince < start {
            known.memory.lastMessageAt = recorded.contactSince
        }
        isInFlight = false
        before.answers = [:]
        after.answers = [:]
    }

    private func decide(_ recorded: RecordedMessage, by side: inout Side) -> Decision {
        let now = recorded.decision.decidedAt
        side.conversation.receive(recorded.message, at: now)
        side.conversation.quotedRule = recorded.quoted.flatMap { quoted in
            // What it quotes is what this side said instead.
            side.answers[quoted.message] ?? (quoted.message < history.first ? quoted.rule : nil)
        }
        let decision = Responder.decide(
            recorded.message, in: side.conversation, by: side.rules, policy: policy, at: now)
        side.conversation.apply(decision.changes, of: recorded.message, at: now)
        if decision.outcome != .silent { side.answers[recorded.id] = decision.rule }
        return decision
    }

    // MARK: People

    private mutating func forAll(_ change: (inout Conversation) -> Void) {
        change(&known)
        guard isInFlight else { return }
        change(&before.conversation)
        change(&after.conversation)
    }

    private mutating func recordTakeovers(until now: Timestamp) {
        guard let conversation else { return }
        while nextTakeover < history.takeovers.count,
            case let takeover = history.takeovers[nextTakeover], takeover.conversation <= conversation
        {
            if takeover.conversation == conversation {
                guard takeover.at <= now else { return }
                let end = takeover.at + takeoverPause
                forAll { $0.pausedUntil = max($0.pausedUntil ?? end, end) }
            }
            nextTakeover += 1
        }
    }

    /// What the daemon decided shows what people changed by hand, or before the oldest message that is stored.
    private mutating func recordPeople(_ recorded: RecordedMessage) {
        let now = recorded.decision.decidedAt
        let isPaused = known.pausedUntil.map { now < $0 } ?? false
        guard case .known(let reason) = recorded.decision.reason else { return }
        switch reason {
        case .paused where !isPaused:
            let end = now + .milliseconds(1)
            forAll { $0.pausedUntil = max($0.pausedUntil ?? end, end) }
        case .optedOut where !known.memory.isOptedOut:
            forAll { $0.memory.isOptedOut = true }
        case .matched, .noMatch, .cooldown, .shadow, .loop:
            if isPaused { forAll { $0.pausedUntil = nil } }
            if known.memory.isOptedOut, recorded.changes.optedOut != false {
                forAll { $0.memory.isOptedOut = false }
            }
        default: break
        }
    }
}
