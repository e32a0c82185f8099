import HeapModule
import Responder
import Store

/// Decides which outbox entries may be sent, and when. It is a state machine: it knows no clock and sends nothing.
///
/// The database is the queue: entries wait there, and the queue knows no more than the head of each lane, as the store
/// announces it. Lanes take turns. Each account has a gate with its limit of requests in flight and its rate.
struct SendQueue {
    /// A moment by both clocks: delays and rates go by the uptime, answers that wait for the business to open by the wall
    /// clock.
    struct Moment {
        var uptime: Duration
        var now: Timestamp
    }

    /// The number of lanes of an account that may be ready before its new messages have to wait for them.
    static let readyLimit = 128

    fileprivate enum Due {
        case uptime(Duration)
        case wall(Timestamp)
    }

    fileprivate struct Waiting {
        var account: String
        /// The index of its gate.
        var gate: Int
        var head: LaneHead?
        var due = Due.uptime(.zero)
        /// The number of entries, that in flight included.
        var count = 0
        /// The entry that the sender is working on.
        var inFlight: Int64?
        /// Items in the heaps and gates with another ticket have no meaning any more. No two lanes have the same one, nor
        /// has a lane that comes again, for items of the one before may be left.
        var ticket = 0
    }

    private struct Delayed<Moment: Comparable>: Comparable {
        var due: Moment
        var lane: Lane
        var ticket: Int

        static func < (left: Delayed, right: Delayed) -> Bool { (left.due, left.lane) < (right.due, right.lane) }
        static func == (left: Delayed, right: Delayed) -> Bool { left.due == right.due && left.lane == right.lane }
    }

    /// The key of a gate: that of an account, or that of its posts to the business. Neither the rate nor the faults of
    /// the account concern its posts.
    private struct GateKey: Hashable {
        var account: String
        var isForPosts: Bool
    }

    private var gates: [SendGate] = []
    private var gateIndices: [GateKey: Int] = [:]
    private var lanes: [Lane: Waiting] = [:]
    private var lastTicket = 0
    private var delayed = Heap<Delayed<Duration>>()
    private var scheduled = Heap<Delayed<Timestamp>>()
    /// The number of entries of each account, without posts to the business.
    private var counts: [String: Int] = [:]

    /// Creates a queue for accounts by number. An account that has a rate keeps to it from its first request on, so
    /// that a restart does not make a burst.
    init(_ limits: [String: SendGate.Limits], at uptime: Duration) {
        for (number, limits) in limits {
            for (isForPosts, limits) in [(false, limits), (true, SendGate.Limits())] {
                gateIndices[GateKey(account: number, isForPosts: isForPosts)] = gates.count
                gates.append(SendGate(limits, at: uptime))
            }
        }
    }

    /// The number of requests in flight.
    var inFlight: Int { gates.reduce(0) { $0 + $1.inFlight } }

    /// Returns the number of entries of an account that wait or are in flight, without posts to the business.
    func waiting(of account: String) -> Int { counts[account] ?? 0 }

    /// Returns the accounts of which more could be sent at once than is.
    func behind(at uptime: Duration) -> Set<String> {
        var accounts: Set<String> = []
        for (key, gate) in gateIndices
        where !key.isForPosts && gates[gate].isBehind(limit: Self.readyLimit, at: uptime) {
            accounts.insert(key.account)
        }
        return accounts
    }

    // MARK: Changes

    /// Takes in a change that the store announces. Entries of accounts that are no longer configured are left alone.
    mutating func apply(_ change: OutboxChange, at moment: Moment) {
        switch change {
        case .added(let entry):
            let lane = Lane(conversation: entry.conversation, kind: entry.lane)
            guard var waiting = lanes[lane] ?? empty(lane, entry.account) else { return }
            count(lane, &waiting, waiting.count + 1)
            let isFirst = waiting.head == nil
            if isFirst {
                let head = LaneHead(entry: entry.id, due: entry.due, delay: entry.due - moment.now)
                waiting.take(head, of: lane, at: moment)
            }
            lanes[lane] = waiting
            if isFirst { enqueue(lane, at: moment) }
        case .lane(let state):
            guard var waiting = lanes[state.lane] ?? empty(state.lane, state.account) else { return }
            count(state.lane, &waiting, state.count)
            waiting.take(state.head, of: state.lane, at: moment)
            lanes[state.lane] = waiting
            enqueue(state.lane, at: moment)
        case .settled: break
        case .released(let account): _ = withGate(of: account) { $0.tryNow(at: moment.uptime) }
        }
    }

    private mutating func count(_ lane: Lane, _ waiting: inout Waiting, _ count: Int) {
        if lane.kind != .posts { counts[waiting.account, default: 0] += count - waiting.count }
        waiting.count = count
    }

    /// Returns a lane without entries; `nil` if its account is not configured.
    private func empty(_ lane: Lane, _ account: String) -> Waiting? {
        gateIndices[GateKey(account: account, isForPosts: lane.kind == .posts)].map {
            Waiting(account: account, gate: $0)
        }
    }

    /// Puts a lane where its head belongs now: to its gate, or among those that are not due.
    private mutating func enqueue(_ lane: Lane, at moment: Moment) {
        guard var waiting = lanes[lane] else { return }
        lastTicket += 1
        waiting.ticket = lastTicket
        lanes[lane] = waiting
        guard waiting.inFlight == nil, let head = waiting.head, !head.isInFlight else {
            if waiting.inFlight == nil, waiting.head == nil { lanes[lane] = nil }
            return
        }
        switch waiting.due {
        case .uptime(let due) where due > moment.uptime:
            delayed.insert(Delayed(due: due, lane: lane, ticket: waiting.ticket))
        case .wall(let due) where due > moment.now:
            scheduled.insert(Delayed(due: due, lane: lane, ticket: waiting.ticket))
        case .uptime, .wall:
            gates[waiting.gate].add(lane, ticket: waiting.ticket, isSuspected: head.isSuspected)
        }
    }

    // MARK: Turns

    /// Returns the entries to begin now; each is in flight until ``finished(_:isGone:retryAt:at:)``.
    mutating func next(at moment: Moment) -> [EntryReference] {
        while let first = delayed.min, first.due <= moment.uptime {
            delayed.removeMin()
            if lanes[first.lane]?.ticket == first.ticket { enqueue(first.lane, at: moment) }
        }
        while let first = scheduled.min, first.due <= moment.now {
            scheduled.removeMin()
            if lanes[first.lane]?.ticket == first.ticket { enqueue(first.lane, at: moment) }
        }
        var begun: [EntryReference] = []
        for gate in gates.indices {
            while let entry = nextEntry(through: gate, at: moment.uptime) { begun.append(entry) }
        }
        return begun
    }

    private mutating func nextEntry(through gate: Int, at uptime: Duration) -> EntryReference? {
        while let (lane, ticket) = gates[gate].takeNext(at: uptime) {
            guard let waiting = lanes[lane], waiting.ticket == ticket, let head = waiting.head else { continue }
            gates[gate].begin(head.entry, at: uptime)
            lanes[lane]?.inFlight = head.entry
            return EntryReference(
                id: head.entry, conversation: lane.conversation, account: waiting.account, due: head.due,
                lane: lane.kind)
        }
        return nil
    }

    /// Returns the time at which ``next(at:)`` will have something new if nothing happens before; `nil` if there is
    /// none.
    func nextWake(at moment: Moment) -> Duration? {
        var wake = delayed.min?.due
        func consider(_ time: Duration?) {
            if let time { wake = min(wake ?? time, time) }
        }
        consider(scheduled.min.map { moment.uptime + ($0.due - moment.now) })
        for gate in gates { consider(gate.nextTurn) }
        return wake
    }

    /// Records that the sender has done with an entry for now.
    ///
    /// - Parameters:
    ///   - entry: The entry.
    ///   - isGone: Whether the store does not know the entry, so that no change of its lane was announced either. What is
    ///     merely over was announced, and may have been released again since.
    ///   - retryAt: The time before which its lane is left alone, because the store could not be used.
    ///   - moment: The present moment.
    mutating func finished(
        _ entry: EntryReference, isGone: Bool = false, retryAt: Duration? = nil, at moment: Moment
    ) {
        let lane = Lane(conversation: entry.conversation, kind: entry.lane)
        if let gate = gateIndices[GateKey(account: entry.account, isForPosts: lane.kind == .posts)] {
            gates[gate].inFlight -= 1
        }
        guard var waiting = lanes[lane], waiting.inFlight == entry.id else { return }
        waiting.inFlight = nil
        if isGone, waiting.head?.entry == entry.id { waiting.head = nil }
        if let retryAt { waiting.due = .uptime(retryAt) }
        lanes[lane] = waiting
        enqueue(lane, at: moment)
    }

    // MARK: Gates

    /// Changes the gate of an account.
    mutating func withGate<Result>(of account: String, _ body: (inout SendGate) -> Result) -> Result? {
        guard let gate = gateIndices[GateKey(account: account, isForPosts: false)] else { return nil }
        return body(&gates[gate])
    }
}

extension SendQueue.Waiting {
    fileprivate mutating func take(_ next: LaneHead?, of lane: Lane, at moment: SendQueue.Moment) {
        head = next
        guard let next else { return }
        if lane.kind == .openings, !next.isRetry {
            due = .wall(next.due)
        } else {
            // If the wall clock was set back since, ``LaneHead/due`` is far away: nothing waits longer than it was to.
            let longest = next.isRetry ? RetrySchedule().longest : next.delay
            due = .uptime(moment.uptime + max(min(next.due - moment.now, longest), .zero))
        }
    }
}
