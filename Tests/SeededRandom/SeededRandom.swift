/// A generator that returns the same numbers for the same seed (SplitMix64).
public struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    /// Creates a generator that begins with `seed`.
    public init(seed: UInt64) {
        state = seed
    }

    /// Returns the next number.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Returns `true` with a probability from 0 to 1.
    public mutating func chance(_ probability: Double) -> Bool {
        Double(next() >> 11) * 0x1p-53 < probability
    }

    /// Returns a number from 0 to `limit`, exclusive; 0 if `limit` is not positive.
    public mutating func upTo(_ limit: Int) -> Int {
        limit <= 0 ? 0 : Int(next() % UInt64(limit))
    }

    /// Returns a time span between the two, with short ones more often.
    public mutating func span(_ shortest: Duration, _ longest: Duration) -> Duration {
        let share = Double(next() >> 11) * 0x1p-53
        return shortest + (longest - shortest) * (share * share)
    }

    /// Returns one of the elements, of which there must be at least one.
    public mutating func one<Element>(of elements: [Element]) -> Element {
        elements[upTo(elements.count)]
    }
}
