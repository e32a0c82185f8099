import Foundation

/// The times that answers took, rounded to three digits, so that the memory used does not grow with the number of
/// answers.
public struct AnswerTimes: Sendable, Hashable {
    /// The number of answers by time, in milliseconds.
    private var counts: [Int64: Int] = [:]
    /// The number of answers.
    public private(set) var count = 0

    /// Creates times of no answers.
    public init() {}

    /// Adds the time of an answer, in milliseconds.
    public mutating func add(milliseconds: Int64) {
        var step: Int64 = 1
        // A damaged row may hold any number.
        let time = min(max(milliseconds, 0), Int64.max / 2)
        while time / step >= 1000 { step *= 10 }
        counts[(time + step / 2) / step * step, default: 0] += 1
        count += 1
    }

    /// Returns the time, in milliseconds, within which that share of all answers was sent (0.5: the median); `nil` if
    /// there are no answers.
    public func milliseconds(share: Double) -> Int64? {
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (time, count) in counts.sorted(by: { $0.key < $1.key }) {
            seen += count
            if seen >= rank { return time }
        }
        return nil
    }
}
