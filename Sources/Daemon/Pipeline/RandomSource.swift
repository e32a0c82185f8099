/// A source of random numbers: the system, or a seed.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    /// Creates a source that draws numbers with `draw`.
    package init(_ draw: @escaping @Sendable () -> UInt64) {
        self.draw = draw
    }

    /// The system's own source.
    package static let system = RandomSource {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }

    /// Returns the next random number.
    package mutating func next() -> UInt64 { draw() }
}
