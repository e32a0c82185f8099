import Responder

/// What has happened in the last day, five minutes by five minutes. Kept in memory.
struct Traffic: Sendable {
    static let interval: Int64 = 300
    static let count = 288

    struct Slot: Sendable {
        /// Counts intervals since 1970.
        var number: Int64
        var messages = 0
        var replies = 0
        var templates = 0
        var silences = 0
        var sent = 0
        var failed = 0
        /// From a message's arrival until its answer was accepted.
        var answers = Histogram()
    }

    /// At `number % count`.
    private var slots = Array(repeating: Slot(number: -1), count: count)
    let since: Timestamp

    init(since: Timestamp) {
        self.since = since
    }

    mutating func note(at now: Timestamp, _ count: (inout Slot) -> Void) {
        let number = now.milliseconds / 1000 / Self.interval
        let place = Int(number % Int64(Self.count))
        if slots[place].number != number { slots[place] = Slot(number: number) }
        count(&slots[place])
    }

    /// The last day's, oldest first; what nothing happened in is there too.
    func lastDay(at now: Timestamp) -> [Slot] {
        let last = now.milliseconds / 1000 / Self.interval
        let first = max(last - Int64(Self.count) + 1, since.milliseconds / 1000 / Self.interval)
        guard first <= last else { return [] }
        return (first...last).map { number in
            let slot = slots[Int(number % Int64(Self.count))]
            return slot.number == number ? slot : Slot(number: number)
        }
    }
}
