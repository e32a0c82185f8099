import Responder
import Store

/// Decides recorded messages again, by the rules in use and by others. It reads and writes nothing.
///
/// Both sides begin with the daemon's memory before the first requested message, and from there on each remembers its
/// own decisions, so that every difference comes from the rules. Actions of people meanwhile – they answered from
/// another tool, paused, resumed, opted out or in – apply to both sides, as far as they are recorded or show in the
/// daemon's decisions. The provider's corrections of windows are not recorded; without them a window is 24 hours from
/// the last message.
struct Redecider {
    /// The rules of one side, and their effects on the current conversation.
    private struct Side {
        let rules: RuleSet
        var conversation = Conversation()
        /// The rules that answered, by message.
        var answers: [Int64: String] = [:]
    }

    /// One message and the decision of each side.
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
    /// The conversation as the daemon knew it.
    private var known = Conversation()
    private var hasBegun = false
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

    /// Decides the next message of the history. Returns `nil` if it comes before the first requested message.
    mutating func decide(_ recorded: RecordedMessage) -> Redecided? {
        if recorded.conversation != conversation { begin(recorded) }
        let isAskedFor = recorded.id >= history.first
        if isAskedFor, !hasBegun {
            hasBegun = true
            before.conversation = known
            after.conversation = known
        }
        recordTakeovers(until: recorded.decision.decidedAt)
        recordPeople(recorded)
        let now = recorded.decision.decidedAt
        known.receive(recorded.message, at: now)
        defer { known.apply(recorded.changes, of: recorded.message, by: recorded.decision.rule, at: now) }
        guard hasBegun else { return nil }
        let first = decide(recorded, by: &before)
        let second = decide(recorded, by: &after)
        return isAskedFor ? Redecided(recorded: recorded, before: first, after: second) : nil
    }

    private mutating func begin(_ recorded: RecordedMessage) {
        conversation = recorded.conversation
        known = Conversation()
        // A contact older than all stored messages has written before, but those messages are deleted.
        if let start = history.start, recorded.contactSince < start {
            known.memory.lastMessageAt = recorded.contactSince
        }
        hasBegun = false
        before.answers = [:]
        after.answers = [:]
    }

    private func decide(_ recorded: RecordedMessage, by side: inout Side) -> Decision {
        let now = recorded.decision.decidedAt
        side.conversation.receive(recorded.message, at: now)
        side.conversation.quotedRule = recorded.quoted.flatMap { quoted in
            // If this side answered the quoted message, the contact quotes this side's answer.
            side.answers[quoted.message] ?? (quoted.message < history.first ? quoted.rule : nil)
        }
        let decision = Responder.decide(
            recorded.message, in: side.conversation, by: side.rules, policy: policy, at: now)
        side.conversation.apply(decision.changes, of: recorded.message, by: decision.rule, at: now)
        if decision.outcome != .silent { side.answers[recorded.id] = decision.rule }
        return decision
    }

    // MARK: People

    private mutating func forAll(_ change: (inout Conversation) -> Void) {
        change(&known)
        guard hasBegun else { return }
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

    /// Applies changes that people made by hand, or before the oldest stored message, as far as the daemon's decision
    /// shows them.
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
