import SeededRandom
import Testing

@testable import Responder

@Suite struct TimestampTests {
    private static func number(_ random: inout SeededRandom) -> Int64 {
        let extremes: [Int64] = [
            .min, .min + 1, -1, 0, 1, .max - 1, .max, .max / 1000, .max / 1000 + 1, .min / 1000 - 1,
        ]
        return random.chance(0.5) ? random.one(of: extremes) : Int64(bitPattern: random.next())
    }

    /// A damaged row may hold any number.
    @Test func aMomentBeyondTheLastOneIsTheLastOne() {
        var random = SeededRandom(seed: 3)
        func nearest(_ number: Int128) -> Int64 { Int64(clamping: number) }
        for _ in 1...20_000 {
            let (left, right) = (Self.number(&random), Self.number(&random))
            let (moment, other) = (Timestamp(milliseconds: left), Timestamp(milliseconds: right))
            #expect(Timestamp(seconds: left).milliseconds == nearest(Int128(left) * 1000))
            #expect((moment - other).inMilliseconds == nearest(Int128(left) - Int128(right)))
            #expect((moment + .milliseconds(right)).milliseconds == nearest(Int128(left) + Int128(right)))
            #expect((moment - .milliseconds(right)).milliseconds == nearest(Int128(left) - Int128(right)))
            #expect(
                (Duration.milliseconds(left) + .milliseconds(right)).inMilliseconds
                    == nearest(Int128(left) + Int128(right)))
        }
    }
}
