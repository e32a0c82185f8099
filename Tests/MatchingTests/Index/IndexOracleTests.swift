import MatchingOracles
import SeededRandom
import Testing

@testable import Matching

@Suite struct IndexOracleTests {
    /// Rule sets of many keywords against many texts: the index and the oracle must agree on every pair.
    @Test(arguments: 0..<50)
    func theIndexFindsWhatWordByWordComparisonFinds(seed: UInt64) throws {
        var random = SeededRandom(seed: 1000 + seed)
        var index = TextIndex.Builder()
        var keywords: [(text: String, id: TextIndex.PatternID, fewest: Int?)] = []
        while keywords.count < 40 {
            let text = randomText(using: &random, upTo: 3)
            let (prefixes, fewest) = random.one(
                of: [(Phrase.Prefixes.longWords, 4), (.always, 2), (.never, nil)] as [(Phrase.Prefixes, Int?)])
            guard !text.hasPrefix("="), let phrase = Phrase(text, prefixes: prefixes) else { continue }
            keywords.append((text, index.insert(.phrase(phrase)), fewest))
        }
        let built = index.build()
        var hits = 0
        for _ in 0..<100 {
            let text = randomText(using: &random, upTo: 8)
            let found = built.matches(in: FoldedText(text))
            for keyword in keywords {
                let expected = KeywordOracle.finds(keyword.text, in: text, fewestLetters: keyword.fewest)
                hits += expected ? 1 : 0
                #expect(
                    found.contains(keyword.id) == expected,
                    "seed \(seed): keyword \(keyword.text.debugDescription), text \(text.debugDescription)"
                )
            }
        }
        #expect(hits > 20, "the texts must hold some of the keywords, or nothing was tested")
    }
}
