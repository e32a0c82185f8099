import Responder
import Store

/// The outcomes of the messages of the last day, in intervals of five minutes, as the database has them.
///
/// A day may hold a million messages, and people look every second: an interval long past is counted again only now and
/// then.
actor TrafficDay {
    /// The length of an interval, in seconds.
    static let interval: Int64 = 300
    /// The number of intervals in a day.
    static let count: Int64 = 288

    struct Slot: Sendable {
        /// The number of the interval, counted from 1970.
        var number: Int64
        var traffic = Traffic()
    }

    private let store: Store
    private let clock: Clock
    private var known: [Int64: (traffic: Traffic, countedAt: Timestamp)] = [:]
    /// The id of the first message in or after each interval that is over, by the number of the interval.
    private var firsts: [Int64: Int64] = [:]

    init(store: Store, clock: Clock) {
        self.store = store
        self.clock = clock
    }

    /// Returns the intervals of the last day, oldest first, also those in which nothing happened.
    func slots() async throws -> [Slot] {
        let last = clock.now().milliseconds / 1000 / Self.interval
        let first = last - Self.count + 1
        known = known.filter { (first...last).contains($0.key) }
        firsts = firsts.filter { (first...last).contains($0.key) }
        var slots: [Slot] = []
        for number in first...last {
            // The client has disconnected, or its time limit is exceeded. The counts so far are kept for the next time.
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

    /// Whether a count of that time still holds: for a sixth of the time for which the interval had been over, ten
    /// minutes at most.
    static func isFresh(_ number: Int64, countedAt: Timestamp, at now: Timestamp) -> Bool {
        let age = countedAt - Timestamp(seconds: (number + 1) * interval)
        return now >= countedAt && now - countedAt < min(max(age, .zero) / 6, .minutes(10))
    }
}
