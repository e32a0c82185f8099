import Foundation
import Responder

/// How long answers took, to three digits: what is kept does not grow with them.
public struct AnswerTimes: Sendable, Hashable {
    /// By milliseconds.
    private var counts: [Int64: Int] = [:]
    /// How many answers.
    public private(set) var count = 0

    /// No answers yet.
    public init() {}

    /// Adds an answer that took so many milliseconds.
    public mutating func add(milliseconds: Int64) {
        var step: Int64 = 1
        let time = max(milliseconds, 0)
        while time / step >= 1000 { step *= 10 }
        counts[(time + step / 2) / step * step, default: 0] += 1
        count += 1
    }

    /// In how many milliseconds that share of all answers was there (0.5: the median); nil without answers.
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
