/// Where chance comes from: the system, or a seed.
package struct RandomSource: RandomNumberGenerator, Sendable {
    private let draw: @Sendable () -> UInt64

    /// A source that draws with `draw`.
    package init(_ draw: @escaping @Sendable () -> UInt64) {
        self.draw = draw
    }

    /// The system's own.
    package static let system = RandomSource {
        var system = SystemRandomNumberGenerator()
        return system.next()
    }

    package mutating func next() -> UInt64 { draw() }
}
