import Responder
import Store

/// What the messages of the last day led to, five minutes by five minutes, as the database has it.
///
/// A day may hold a million messages and people look every second: what is long past is counted again only now and then.
actor TrafficDay {
    static let interval: Int64 = 300
    static let count: Int64 = 288

    struct Slot: Sendable {
        /// Counts intervals since 1970.
        var number: Int64
        var traffic = Traffic()
    }

    private let store: Store
    private let clock: Clock
    private var known: [Int64: (traffic: Traffic, countedAt: Timestamp)] = [:]
    /// The numbers of the first messages of intervals that are over.
    private var firsts: [Int64: Int64] = [:]

    init(store: Store, clock: Clock) {
        self.store = store
        self.clock = clock
    }

    /// The last day's, oldest first; what nothing happened in is there too.
    func slots() async throws -> [Slot] {
        let last = clock.now().milliseconds / 1000 / Self.interval
        let first = last - Self.count + 1
        known = known.filter { (first...last).contains($0.key) }
        firsts = firsts.filter { (first...last).contains($0.key) }
        var slots: [Slot] = []
        for number in first...last {
            // Whoever asked has gone, or has waited too long; what is counted by now is kept for the next time.
            try Task.checkCancellation()
            slots.append(Slot(number: number, traffic: try await traffic(of: number, isLast: number == last)))
        }
        return slots
    }

    private func traffic(of number: Int64, isLast: Bool) async throws -> Traffic {
        let now = clock.now()
        if let known = known[number], Self.isFresh(number, countedAt: known.countedAt, at: now) { return known.traffic }
        let begin = try await firstMessage(of: number)
        let end = isLast ? .max : try await firstMessage(of: number + 1)
        let traffic = begin < end ? try await store.traffic(ofMessages: begin..<end) : Traffic()
        known[number] = (traffic, now)
        return traffic
    }

    private func firstMessage(of number: Int64) async throws -> Int64 {
        if let known = firsts[number] { return known }
        let moment = Timestamp(seconds: number * Self.interval)
        let first = try await store.firstMessage(since: moment)
        if moment + .seconds(Self.interval) < clock.now() { firsts[number] = first }
        return first
    }

    /// Whether what was counted then still does: for a sixth of the time that the interval was over, ten minutes at most.
    static func isFresh(_ number: Int64, countedAt: Timestamp, at now: Timestamp) -> Bool {
        let age = countedAt - Timestamp(seconds: (number + 1) * interval)
        return now >= countedAt && now - countedAt < min(max(age, .zero) / 6, .minutes(10))
    }
}
