import MatchingOracles
import SeededRandom
import Testing

@testable import Matching

@Suite struct LiteralOracleTests {
    /// Returns every occurrence of every literal, by looking at each place of the text.
    private static func occurrences(of literals: [[UInt8]], in text: [UInt8]) -> Set<[Int]> {
        var all: Set<[Int]> = []
        for (number, literal) in literals.enumerated() where literal.count <= text.count {
            for start in 0...(text.count - literal.count)
            where text[start..<(start + literal.count)].elementsEqual(literal) {
                all.insert([number, start + literal.count])
            }
        }
        return all
    }

    @Test(arguments: 0..<200)
    func theAutomatonFindsWhatLookingAtEachPlaceFinds(seed: UInt64) {
        var random = SeededRandom(seed: 5000 + seed)
        // Few different bytes, so that literals overlap, nest and begin alike.
        func bytes(_ longest: Int) -> [UInt8] {
            (0..<Int.random(in: 1...longest, using: &random)).map { _ in UInt8.random(in: 97...99, using: &random) }
        }
        let literals = Array(Set((0..<Int.random(in: 0...30, using: &random)).map { _ in bytes(6) })).sorted {
            $0.lexicographicallyPrecedes($1)
        }.shuffled(using: &random)
        let automaton = LiteralAutomaton(literals)
        for _ in 0..<20 {
            let text = bytes(40)
            var found: Set<[Int]> = []
            automaton.forEachOccurrence(in: text) { literal, end in
                #expect(found.insert([literal, end]).inserted, "an occurrence was told twice")
            }
            #expect(found == Self.occurrences(of: literals, in: text), "seed \(seed)")
        }
    }

    /// Compares the whole index with the oracle, which looks for one pattern at a time.
    @Test(arguments: 0..<60)
    func theIndexFindsTheWholeTextsBeginningsAndPartsThatOneByOneComparisonFinds(seed: UInt64) throws {
        var random = SeededRandom(seed: 7000 + seed)
        var builder = TextIndex.Builder()
        var patterns: [(TextPattern, TextIndex.PatternID)] = []
        while patterns.count < 60 {
            let text = randomText(using: &random, upTo: 2)
            let made: TextPattern? =
                switch Int.random(in: 0..<3, using: &random) {
                case 0: .exact(text)
                case 1: .starts(text)
                default: .contains(text)
                }
            guard let pattern = made else { continue }
            patterns.append((pattern, builder.insert(pattern)))
        }
        let index = builder.build()
        var hits = 0
        for _ in 0..<120 {
            let text = FoldedText(randomText(using: &random, upTo: 4))
            let found = index.matches(in: text)
            for (pattern, id) in patterns {
                let expected = LiteralOracle.finds(pattern, in: text)
                hits += expected ? 1 : 0
                #expect(found.contains(id) == expected, "seed \(seed): \(pattern) in \(text)")
            }
        }
        #expect(hits > 20, "the texts must hold some of the patterns, or nothing was tested")
    }
}
