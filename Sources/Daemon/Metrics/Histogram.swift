import Responder

/// A histogram of times.
struct Histogram: Sendable {
    /// The upper bounds of the buckets, in seconds. Longer times are counted behind the last one.
    let bounds: [Double]
    private(set) var counts: [UInt64]
    private(set) var sum = 0.0

    /// The usual bounds, from a millisecond to five minutes.
    static let times = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300,
    ]

    init(_ bounds: [Double] = times) {
        self.bounds = bounds
        counts = Array(repeating: 0, count: bounds.count + 1)
    }

    mutating func record(_ duration: Duration) {
        // A clock that was set back must not make the sum shrink.
        record(seconds: max(duration.inSeconds, 0))
    }

    mutating func record(seconds: Double) {
        counts[bounds.firstIndex { seconds <= $0 } ?? bounds.count] += 1
        sum += seconds
    }

    var count: UInt64 { counts.reduce(0, +) }
}
