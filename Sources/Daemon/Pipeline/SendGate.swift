import DequeModule
import Responder
import Store

/// The gate through which the entries of an account leave: its limit of requests in flight, its rate, and whether it is
/// shut because the provider refuses. Times are uptimes.
///
/// While it is shut, one entry at a time is tried: the probe. Only a probe that passes opens the gate, because other
/// requests may have left before it was shut.
struct SendGate {
    /// The limits of an account.
    struct Limits {
        /// The most requests in flight at once.
        var concurrency = 64
        /// The least time between two requests; zero if there is no ceiling.
        var interval = Duration.zero
    }

    /// The time for a request from which a provider is slow. On a machine that is busy itself, requests take a few
    /// hundredths of a second.
    static let slowness = Duration.milliseconds(250)

    /// The time that a stopped account is left alone before another probe.
    static let probeInterval = Duration.seconds(180)
    /// The waits after the first probes that the provider refuses, if an entry waits that it has not refused yet. Several
    /// entries with a fault of their own must not stop an account for minutes.
    private static let firstWaits = [1, 5, 20, 60].map { Duration.seconds($0) }

    /// The reason for which the gate is shut.
    enum Shut {
        /// The provider refuses the account until a person mends its configuration.
        case stopped
        /// The provider has too much to do.
        case slowed
    }

    private enum State {
        case open
        /// Shut until a probe: an entry that is not suspected of being at fault itself, or any one.
        case shut(Shut, probe: Duration, anyProbe: Duration)
        case probing(Shut, entry: Int64)
    }

    private struct Item {
        var lane: Lane
        var ticket: Int
    }

    private let limits: Limits
    private var state = State.open
    private var ready: Deque<Item> = []
    /// The lanes whose heads are suspected: the provider refused the account when they were last sent.
    private var suspected: Deque<Item> = []
    /// The number of requests in flight, those that the store is working on included.
    var inFlight = 0
    /// The number of requests that the provider has.
    private var carried = 0
    /// The time that the provider takes for a request, on average of the latest ones.
    private var carryTime = Duration.zero
    /// The moment at which the provider last gave a request back, or got one while it had none.
    private var lastReturn = Duration.zero
    /// The earliest time of the next request.
    private var nextStart: Duration
    /// The number of probes that the provider has refused since the account was stopped.
    private var refusedProbes = 0
    /// The number of times in a row that the provider asked for a slower pace.
    private var slowdowns = 0

    init(_ limits: Limits, at uptime: Duration) {
        self.limits = limits
        nextStart = uptime
    }

    /// Whether the account is stopped.
    var isStopped: Bool {
        switch state {
        case .shut(.stopped, _, _), .probing(.stopped, _): true
        case .open, .shut, .probing: false
        }
    }

    // MARK: Turns

    /// Adds a lane whose head may be sent now.
    mutating func add(_ lane: Lane, ticket: Int, isSuspected: Bool) {
        if isSuspected {
            suspected.append(Item(lane: lane, ticket: ticket))
        } else {
            ready.append(Item(lane: lane, ticket: ticket))
        }
    }

    /// Takes out the lane whose turn it is, if the gate lets one through now.
    mutating func takeNext(at uptime: Duration) -> (lane: Lane, ticket: Int)? {
        guard let turn = nextTurn, turn <= uptime else { return nil }
        let isAnyAllowed =
            switch state {
            case .shut(_, _, let anyProbe): anyProbe <= uptime
            case .open, .probing: true
            }
        let item = ready.popFirst() ?? (isAnyAllowed ? suspected.popFirst() : nil)
        return item.map { ($0.lane, $0.ticket) }
    }

    /// The time from which the gate lets another entry through; `nil` if it does not, or there is none.
    var nextTurn: Duration? {
        guard inFlight < limits.concurrency, !ready.isEmpty || !suspected.isEmpty else { return nil }
        switch state {
        case .open: return nextStart
        case .probing: return nil
        case .shut(_, let probe, let anyProbe): return max(nextStart, ready.isEmpty ? anyProbe : min(probe, anyProbe))
        }
    }

    /// Records that an entry leaves.
    mutating func begin(_ entry: Int64, at uptime: Duration) {
        inFlight += 1
        nextStart = max(nextStart, uptime) + limits.interval
        if case .shut(let why, _, _) = state { state = .probing(why, entry: entry) }
    }

    /// Records that the provider gets a request.
    mutating func beginCarrying(at uptime: Duration) {
        if carried == 0 { lastReturn = uptime }
        carried += 1
    }

    /// Records that the provider has answered a request, or that it failed.
    mutating func endCarrying(after elapsed: Duration, at uptime: Duration) {
        carried -= 1
        carryTime += (elapsed - carryTime) / 16
        lastReturn = uptime
    }

    /// Whether more could be sent at once than is, by more than `limit` lanes: replyd does not keep up. What waits for the
    /// rate or for a slow provider is not counted.
    func isBehind(limit: Int, at uptime: Duration) -> Bool {
        guard case .open = state, ready.count > limit, nextStart <= uptime else { return false }
        let isProviderSlow = max(carryTime, carried > 0 ? uptime - lastReturn : .zero) >= Self.slowness
        return !isProviderSlow || 2 * carried < limits.concurrency
    }

    /// Lets a stopped account be tried at once, with any entry: a person says that the fault has been mended.
    mutating func tryNow(at uptime: Duration) {
        if case .shut(.stopped, _, _) = state { stopAtStart(at: uptime) }
    }

    // MARK: Outcomes

    /// Shuts the gate after the provider refused the account for an entry, or in a report. If it was open, another entry
    /// is tried at once: the fault may be that of the entry.
    ///
    /// - Parameters:
    ///   - entry: The entry; `nil` if it was sent earlier.
    ///   - rest: The least time for which nothing is tried; `nil` if the provider restricts nothing.
    ///   - uptime: The present time.
    /// - Returns: Whether this is news: requests that left before the account was stopped are refused one after another.
    @discardableResult
    mutating func stop(after entry: Int64?, rest: Duration? = nil, at uptime: Duration) -> Bool {
        let later = uptime + max(rest ?? Self.probeInterval, Self.probeInterval)
        switch state {
        case .open, .shut(.slowed, _, _), .probing(.slowed, entry):
            refusedProbes = 0
            state = .shut(.stopped, probe: rest == nil ? uptime : later, anyProbe: later)
            return true
        case .probing(.stopped, let probe) where probe == entry:
            let usual = refusedProbes < Self.firstWaits.count ? Self.firstWaits[refusedProbes] : Self.probeInterval
            refusedProbes += 1
            state = .shut(.stopped, probe: rest == nil ? uptime + usual : later, anyProbe: later)
            return true
        case .probing(let why, let probe):
            state = .probing(.stopped, entry: probe)
            return why == .slowed
        case .shut(.stopped, _, _):
            if rest != nil { state = .shut(.stopped, probe: later, anyProbe: later) }
            return false
        }
    }

    /// Shuts the gate of an account that was stopped when replyd was down; the fault may have been mended since, so an
    /// entry is tried at once.
    mutating func stopAtStart(at uptime: Duration) {
        state = .shut(.stopped, probe: uptime, anyProbe: uptime)
    }

    /// Records an outcome that shows that the provider accepts requests of the account. If it is that of the probe, the
    /// gate opens.
    ///
    /// - Returns: Whether the account was stopped until now.
    mutating func pass(_ entry: Int64) -> Bool {
        switch state {
        case .open:
            slowdowns = 0
            return false
        case .probing(let why, entry):
            state = .open
            return why == .stopped
        case .probing, .shut: return false
        }
    }

    /// Records an outcome that does not show whether the provider accepts requests of the account. If it is that of the
    /// probe, a stopped account waits for another one.
    mutating func recordUnclear(_ entry: Int64, at uptime: Duration) {
        guard case .probing(let why, entry) = state else { return }
        let next = uptime + Self.probeInterval
        state = why == .stopped ? .shut(why, probe: next, anyProbe: next) : .open
    }

    /// Records that the entry has not been sent after all. If it was to be the probe, another one follows.
    mutating func probeAgain(_ entry: Int64, at next: Duration) {
        if case .probing(let why, entry) = state { state = .shut(why, probe: next, anyProbe: next) }
    }

    /// Slows the account down because the provider has too much to do: after a while one request goes ahead of the
    /// others.
    ///
    /// - Parameters:
    ///   - entry: The entry whose request was turned away.
    ///   - uptime: The present time.
    ///   - wait: Returns the wait after that number of slowdowns in a row.
    /// - Returns: The time from which the entry may be tried again.
    mutating func slow(after entry: Int64, at uptime: Duration, wait: (_ slowdowns: Int) -> Duration) -> Duration {
        switch state {
        case .open, .probing(.slowed, entry):
            slowdowns += 1
            let next = uptime + wait(slowdowns)
            state = .shut(.slowed, probe: next, anyProbe: next)
            return next
        case .probing(.stopped, entry):
            let next = uptime + Self.probeInterval
            state = .shut(.stopped, probe: next, anyProbe: next)
            return next
        case .shut(let why, let probe, let anyProbe):
            // The other requests that were in flight are turned away too.
            let next = max(probe, uptime + wait(max(slowdowns, 1)))
            if why == .slowed { state = .shut(why, probe: next, anyProbe: max(anyProbe, next)) }
            return next
        case .probing: return uptime + wait(max(slowdowns, 1))
        }
    }
}
