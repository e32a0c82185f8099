import Responder
import Store

/// The differences between deciding recorded messages by two sets of rules. Its size does not grow with the number of
/// messages, but with the number of pairs of rules that differ.
struct Comparison {
    /// One side of a difference.
    struct Verdict: Hashable {
        var rule: String?
        var outcome: Decision.Outcome
        var reason: Decision.Reason

        init(_ decision: Decision) {
            rule = decision.rule
            outcome = decision.outcome
            reason = decision.reason
        }
    }

    /// A difference that many messages may share.
    struct Pair: Hashable {
        var difference: Difference
        var before: Verdict
        var after: Verdict
    }

    struct Group {
        var count = 0
        /// The first few messages with different texts.
        var examples: [Redecider.Redecided] = []
    }

    private static let exampleLimit = 3

    /// The number of messages.
    private(set) var messages = 0
    private(set) var conversations = 0
    private(set) var counts: [Difference: Int] = [:]
    private(set) var groups: [Pair: Group] = [:]
    /// The number of messages that the daemon decided as the rules in use do now.
    private(set) var asRecorded = 0
    /// The number of the other messages that were decided by other revisions of the rules.
    private(set) var otherRevision = 0
    private var conversation: Int64?

    mutating func add(_ redecided: Redecider.Redecided) {
        let (recorded, before) = (redecided.recorded, redecided.before)
        messages += 1
        if recorded.conversation != conversation {
            conversation = recorded.conversation
            conversations += 1
        }
        if recorded.decision.rule == before.rule, recorded.decision.outcome == before.outcome,
            recorded.decision.reason == .known(before.reason)
        {
            asRecorded += 1
        } else if recorded.decision.revision != before.revision {
            otherRevision += 1
        }
        let difference = Difference(before, redecided.after)
        counts[difference, default: 0] += 1
        guard difference != .none else { return }
        let pair = Pair(difference: difference, before: Verdict(before), after: Verdict(redecided.after))
        var group = groups[pair] ?? Group()
        group.count += 1
        let text = recorded.message.text
        if group.examples.count < Self.exampleLimit,
            !group.examples.contains(where: { $0.recorded.message.text == text })
        {
            group.examples.append(redecided)
        }
        groups[pair] = group
    }

    var differing: Int { messages - (counts[.none] ?? 0) }

    /// Returns the groups of one kind of difference, the largest first.
    func groups(of difference: Difference) -> [(pair: Pair, group: Group)] {
        groups.filter { $0.key.difference == difference }.map { ($0.key, $0.value) }.sorted {
            $0.group.count != $1.group.count
                ? $0.group.count > $1.group.count : $0.pair.order.lexicographicallyPrecedes($1.pair.order)
        }
    }
}

extension Comparison.Pair {
    fileprivate var order: [String] {
        [before.rule ?? "", after.rule ?? "", before.reason.rawValue, after.reason.rawValue, before.outcome.rawValue]
    }
}
