import DequeModule
import Responder

/// The steps that wait for a transaction, and the order in which they get one. Steps that move a stored event on go first,
/// accounts that are behind take in no more than they answer, and messages that meet are put in the order in which they
/// were sent.
struct StepQueue {
    /// The purpose of a step.
    enum Purpose: Equatable {
        /// A new event of an account is taken in, or anything else is written; then the account is `nil`.
        case intake(String?)
        /// A stored event moves on: its answer is sent, settled, or changed by a person's hand. These steps go first: to take in more than can be
        /// answered helps nobody.
        case progress
    }

    /// The largest number of steps in one transaction, without the events of accounts that are behind; of those there are
    /// at most half as many. Each answer needs several steps, one after another: a long transaction makes all of them
    /// wait, a short one causes too many syncs.
    private static let batchLimit = 96
    /// The number of places in a transaction that are reserved for new events, however many other steps wait.
    private static let intakeShare = 24
    /// The number that replaces ``intakeShare`` for the events of accounts that are behind. It reserves space in the
    /// transaction; it does not set how many new events are taken in.
    private static let intakeShareBehind = 4

    /// The new events of one account, or all other steps that are no progress.
    private struct Line {
        var account: String?
        /// The steps, each with the number of its arrival.
        var steps: Deque<(number: Int, step: Step)> = []
    }

    /// The new events. There are as many lines as accounts have written.
    private var intake: [Line] = []
    private var intakeCount = 0
    /// The number of new events that have ever arrived.
    private var arrivals = 0
    private var progress: [Step] = []
    /// The number of answer steps that no new event of an account that is behind has been taken in for yet.
    private var owed = 0
    /// The accounts of which more is ready to be sent than can be.
    var behind: Set<String> = []

    /// The number of steps that wait.
    var count: Int { intakeCount + progress.count }

    mutating func append(_ step: Step, for purpose: Purpose) {
        switch purpose {
        case .intake(let account):
            let line = intake.firstIndex { $0.account == account } ?? intake.endIndex
            if line == intake.endIndex { intake.append(Line(account: account)) }
            arrivals += 1
            intakeCount += 1
            intake[line].steps.append((arrivals, step))
        case .progress: progress.append(step)
        }
    }

    private func isHeldBack(_ line: Line) -> Bool { line.account.map(behind.contains) ?? false }

    /// Takes the steps of the next transaction; none if none waits.
    mutating func takeBatch() -> [Step] {
        let isHeldBack = behind.isEmpty ? intake.map { _ in false } : intake.map(isHeldBack)
        let heldBack = zip(intake, isHeldBack).reduce(0) { $0 + ($1.1 ? $1.0.steps.count : 0) }
        let share = min(intakeCount - heldBack, Self.intakeShare) + min(heldBack, Self.intakeShareBehind)
        let onward = min(progress.count, Self.batchLimit - min(share, Self.intakeShare))
        // Each answer takes two steps, its attempt and the outcome. Half as many new events keep the balance, over all
        // batches. If no answer moves on at all, one new event is still taken in.
        owed = behind.isEmpty ? 0 : min(owed + onward, Self.batchLimit)
        let balance = max(owed / 2, onward == 0 ? 1 : 0)
        let new = take(room: Self.batchLimit - onward, balance: balance, isHeldBack)
        defer { progress.removeFirst(onward) }
        return progress.prefix(onward) + Self.inOrder(new)
    }

    /// Takes new events in the order of their arrival: at most `balance` of lines that are held back, and at most
    /// `room` of others.
    private mutating func take(room: Int, balance: Int, _ isHeldBack: [Bool]) -> [Step] {
        var (room, balance) = (room, balance)
        var taken: [Step] = []
        while true {
            var next: Int?
            for line in intake.indices where isHeldBack[line] ? balance > 0 : room > 0 {
                guard let first = intake[line].steps.first else { continue }
                if next.flatMap({ intake[$0].steps.first }).map({ first.number < $0.number }) ?? true { next = line }
            }
            guard let next, let first = intake[next].steps.popFirst() else { return taken }
            if isHeldBack[next] {
                balance -= first.step.weight
                // What a batch takes in beyond its share is made up for later.
                owed = max(owed - 2 * first.step.weight, first.step.weight == 1 ? 0 : -Self.batchLimit)
            } else {
                room -= first.step.weight
            }
            intakeCount -= 1
            taken.append(first.step)
        }
    }

    /// Orders messages that meet here by the time of sending: a later message of a contact may overtake an earlier
    /// one on its way, and then waits for it.
    private static func inOrder(_ steps: [Step]) -> [Step] {
        let messages = steps.indices.filter { steps[$0].sentAt != nil }
        guard messages.count > 1 else { return steps }
        let sorted = messages.sorted { left, right in
            guard let first = steps[left].sentAt, let second = steps[right].sentAt else { return left < right }
            return (first, left) < (second, right)
        }
        var ordered = steps
        for (index, message) in zip(messages, sorted) { ordered[index] = steps[message] }
        return ordered
    }

    /// Takes all steps, in the order in which they would have had their turn.
    mutating func takeAll() -> [Step] {
        defer {
            progress = []
            intake = []
            intakeCount = 0
        }
        let new = intake.flatMap(\.steps).sorted { $0.number < $1.number }
        return progress + new.map(\.step)
    }
}
