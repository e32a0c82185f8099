import DequeModule
import HeapModule
import Responder
import Store

/// Decides which outbox entries may be sent, and when. It is a state machine: it knows no clock and sends nothing.
///
/// Entries of one conversation go one after another, and conversations take turns. Each account has its limit of
/// requests in flight and its rate. While it is stopped it sends nothing but a probe now and then. Times are uptimes.
struct SendQueue {
    /// The limits of an account.
    struct Limits {
        /// The most requests in flight at once.
        var concurrency = 64
        /// The least time between two requests; zero if there is no ceiling.
        var interval = Duration.zero
    }

    /// The time that a stopped account is left alone before one entry is tried.
    static let probeInterval = Duration.seconds(180)

    private struct Item {
        var entry: EntryReference
        var due: Duration
        /// The time at which the entry is due again; set if it was added again while it was in flight, and so is not
        /// over.
        var returnsAt: Duration?
    }

    /// The key of a lane, in which entries wait one behind another: for example the answers of one conversation.
    private struct LaneKey: Hashable, Comparable {
        var conversation: Int64
        var kind: Int

        init(_ entry: EntryReference) {
            conversation = entry.conversation
            kind = entry.lane.rawValue
        }

        static func < (left: LaneKey, right: LaneKey) -> Bool {
            (left.conversation, left.kind) < (right.conversation, right.kind)
        }
    }

    private struct Lane {
        var items: Deque<Item> = []
        var isBusy = false
        /// Whether the lane is in `ready` of an account or in `delayed`.
        var isQueued = false
        /// The time until which the lane is in `delayed`; `nil` if it is not. Its other items there have no meaning any
        /// more.
        var delayedUntil: Duration?
    }

    private struct Account {
        enum State: Equatable {
            case open
            case stopped(probeAt: Duration)
            case probing
        }

        var limits: Limits
        var gate = State.open
        var ready: Deque<LaneKey> = []
        var inFlight = 0
        /// The earliest time of the next request.
        var nextStart = Duration.zero
    }

    private struct Delayed: Comparable {
        var due: Duration
        var lane: LaneKey

        static func < (left: Delayed, right: Delayed) -> Bool {
            (left.due, left.lane) < (right.due, right.lane)
        }
    }

    /// The gate that entries go through: that of an account, or that of its posts to the business. Neither the rate nor
    /// the faults of the account concern its posts.
    private struct Gate: Hashable {
        var account: String
        var isForPosts: Bool

        init(_ account: String, isForPosts: Bool = false) {
            self.account = account
            self.isForPosts = isForPosts
        }

        /// Creates the gate that an entry goes through.
        init(_ entry: EntryReference) {
            self.init(entry.account, isForPosts: entry.lane == .posts)
        }
    }

    private var accounts: [Gate: Account] = [:]
    /// The entries in the queue, and the number of them for each account.
    private var known: Set<Int64> = []
    private var counts: [String: Int] = [:]
    private var lanes: [LaneKey: Lane] = [:]
    private var delayed = Heap<Delayed>()

    /// Creates a queue for accounts by number. An account that has a rate keeps to it from its first request on, so
    /// that a restart does not make a burst.
    init(_ limits: [String: Limits], at now: Duration) {
        for (number, limits) in limits {
            accounts[Gate(number)] = Account(limits: limits, nextStart: now)
            accounts[Gate(number, isForPosts: true)] = Account(limits: Limits(), nextStart: now)
        }
    }

    /// The number of requests in flight.
    var inFlight: Int { accounts.values.reduce(0) { $0 + $1.inFlight } }

    /// The number of conversations that could send at once if requests in flight had no limit.
    var ready: Int { accounts.values.reduce(0) { $1.gate == .open ? $0 + $1.ready.count : $0 } }

    /// Returns the number of entries of an account that wait or are in flight.
    func waiting(of account: String) -> Int { counts[account] ?? 0 }

    /// The ids of the entries that wait and are not in flight.
    var waiting: [Int64] {
        lanes.values.flatMap { lane in lane.items.dropFirst(lane.isBusy ? 1 : 0).map(\.entry.id) }
    }

    /// Makes entries due now, whenever they were due, because another program has decided about them. Entries in flight
    /// stay as they are.
    mutating func makeDue(_ entries: Set<Int64>, at now: Duration) {
        guard !entries.isEmpty else { return }
        for key in lanes.keys {
            guard var lane = lanes[key], lane.items.contains(where: { entries.contains($0.entry.id) }) else { continue }
            for index in lane.items.indices.dropFirst(lane.isBusy ? 1 : 0)
            where entries.contains(lane.items[index].entry.id) {
                lane.items[index].due = now
            }
            lanes[key] = lane
            requeue(key, at: now)
        }
    }

    /// Adds an entry that is to be sent at `due`; for an entry that waits here already, `due` is its new time. Entries
    /// of accounts that are no longer configured are left alone.
    mutating func add(_ entry: EntryReference, due: Duration, at now: Duration) {
        guard accounts[Gate(entry)] != nil else { return }
        let key = LaneKey(entry)
        var lane = lanes[key] ?? Lane()
        guard known.insert(entry.id).inserted else {
            guard let index = lane.items.firstIndex(where: { $0.entry.id == entry.id }) else { return }
            if lane.isBusy, index == 0 {
                lane.items[0].returnsAt = due
            } else {
                lane.items[index].due = due
            }
            lanes[key] = lane
            return requeue(key, at: now)
        }
        counts[entry.account, default: 0] += 1
        let index = lane.items.lastIndex { $0.entry.id < entry.id }.map { $0 + 1 } ?? 0
        // Nothing is put ahead of an entry that is in flight.
        lane.items.insert(Item(entry: entry, due: due), at: lane.isBusy ? max(index, 1) : index)
        lanes[key] = lane
        enqueue(key, at: now)
    }

    /// Returns the entries to begin now; each is in flight until ``finished(_:retryAt:at:)``.
    mutating func next(at now: Duration) -> [EntryReference] {
        while let first = delayed.min, first.due <= now {
            delayed.removeMin()
            if lanes[first.lane]?.delayedUntil == first.due { requeue(first.lane, at: now) }
        }
        var begun: [EntryReference] = []
        for gate in accounts.keys {
            while let entry = nextEntry(through: gate, at: now) { begun.append(entry) }
        }
        return begun
    }

    private mutating func nextEntry(through gate: Gate, at now: Duration) -> EntryReference? {
        guard var account = accounts[gate], account.inFlight < account.limits.concurrency, now >= account.nextStart,
            let lane = account.ready.first
        else { return nil }
        switch account.gate {
        case .open: break
        case .probing: return nil
        case .stopped(let probeAt):
            guard now >= probeAt else { return nil }
            account.gate = .probing
        }
        account.ready.removeFirst()
        account.inFlight += 1
        account.nextStart = max(account.nextStart, now) + account.limits.interval
        accounts[gate] = account
        lanes[lane]?.isQueued = false
        lanes[lane]?.isBusy = true
        return lanes[lane]?.items.first?.entry
    }

    /// Returns the time at which ``next(at:)`` will have something new if nothing happens before; `nil` if there is
    /// none.
    func nextWake(at now: Duration) -> Duration? {
        var wake = delayed.min?.due
        for account in accounts.values where !account.ready.isEmpty && account.inFlight < account.limits.concurrency {
            var moment = account.nextStart
            if case .stopped(let probeAt) = account.gate { moment = max(moment, probeAt) }
            if account.gate == .probing { continue }
            wake = min(wake ?? moment, moment)
        }
        return wake
    }

    /// Records that a request is no longer in flight: its entry is over, or is to be tried again at `retryAt`.
    mutating func finished(_ entry: EntryReference, retryAt: Duration? = nil, at now: Duration) {
        accounts[Gate(entry)]?.inFlight -= 1
        let key = LaneKey(entry)
        guard var lane = lanes[key] else { return }
        lane.isBusy = false
        if let index = lane.items.firstIndex(where: { $0.entry.id == entry.id }) {
            if let due = retryAt ?? lane.items[index].returnsAt {
                lane.items[index].due = due
                lane.items[index].returnsAt = nil
            } else {
                lane.items.remove(at: index)
                known.remove(entry.id)
                counts[entry.account, default: 0] -= 1
            }
        }
        lanes[key] = lane.items.isEmpty ? nil : lane
        enqueue(key, at: now)
    }

    /// Stops an account but for a probe at `probeAt`.
    mutating func stop(_ number: String, probeAt: Duration) {
        accounts[Gate(number)]?.gate = .stopped(probeAt: probeAt)
    }

    /// Records that a probe led to nothing; has no effect if none was in flight.
    mutating func probeFailed(_ number: String, nextAt: Duration) {
        if accounts[Gate(number)]?.gate == .probing { stop(number, probeAt: nextAt) }
    }

    /// Lets an account send again; returns whether it was stopped.
    mutating func resume(_ number: String) -> Bool {
        guard let gate = accounts[Gate(number)]?.gate, gate != .open else { return false }
        accounts[Gate(number)]?.gate = .open
        return true
    }

    /// Puts a lane into `ready` of its account or into `delayed`, depending on the time of its first entry.
    private mutating func enqueue(_ key: LaneKey, at now: Duration) {
        guard var lane = lanes[key], !lane.isBusy, !lane.isQueued, let first = lane.items.first else { return }
        lane.isQueued = true
        lanes[key] = lane
        if first.due <= now {
            accounts[Gate(first.entry)]?.ready.append(key)
        } else {
            lanes[key]?.delayedUntil = first.due
            delayed.insert(Delayed(due: first.due, lane: key))
        }
    }

    /// Takes a lane out of `delayed` and puts it where its first entry belongs now.
    private mutating func requeue(_ key: LaneKey, at now: Duration) {
        guard lanes[key]?.delayedUntil != nil else { return }
        lanes[key]?.delayedUntil = nil
        lanes[key]?.isQueued = false
        enqueue(key, at: now)
    }
}
