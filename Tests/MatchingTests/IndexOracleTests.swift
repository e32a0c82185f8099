import SeededRandom
import Testing

@testable import Matching

/// Says whether a keyword is in a text the slow and obvious way: word by word, every prefix spelled out.
private struct Oracle {
    private static let prefixes: [String] = {
        var all = [""]
        for and in ["", "ו"] {
            for that in ["", "ש", "כש", "מש", "לכש"] {
                for preposition in ["", "ב", "ל", "מ", "כ"] {
                    for the in ["", "ה"] { all.append(and + that + preposition + the) }
                }
            }
        }
        return all
    }()

    private static func words(_ text: String, withSymbols: Bool) -> [String] {
        let folded = FoldedText(text)
        return folded.tokens.filter { withSymbols || $0.isWord }.map {
            String(decoding: folded.bytes[Int($0.start)..<Int($0.end)], as: UTF8.self)
        }
    }

    private static func isHebrew(_ word: String) -> Bool {
        word.unicodeScalars.allSatisfy { (0x5D0...0x5EA).contains($0.value) }
    }

    static func finds(_ keyword: String, in text: String, fewest: Int?) -> Bool {
        let wanted = words(keyword, withSymbols: true)
        let hasSymbols = words(keyword, withSymbols: false) != wanted
        let said = words(text, withSymbols: hasSymbols)
        guard wanted.count <= said.count else { return false }
        return (0...(said.count - wanted.count)).contains { start in
            wanted.indices.allSatisfy { offset in
                let word = wanted[offset]
                let takesPrefixes = fewest.map { isHebrew(word) && word.unicodeScalars.count >= $0 } ?? false
                return takesPrefixes
                    ? prefixes.contains { $0 + word == said[start + offset] } : word == said[start + offset]
            }
        }
    }
}

@Suite struct IndexOracleTests {
    /// Rule sets of many keywords against many texts: the index and the oracle must agree on every pair.
    @Test(arguments: 0..<50)
    func theIndexFindsWhatWordByWordComparisonFinds(seed: UInt64) throws {
        var random = SeededRandom(seed: 1000 + seed)
        var index = TextIndex.Builder()
        var keywords: [(text: String, id: TextIndex.PatternID, fewest: Int?)] = []
        while keywords.count < 40 {
            let text = randomText(using: &random, upTo: 3)
            let (prefixes, fewest) = [(Phrase.Prefixes.longWords, 4), (.always, 2), (.never, nil)].randomElement(
                using: &random)!
            guard !text.hasPrefix("="), let phrase = Phrase(text, prefixes: prefixes) else { continue }
            keywords.append((text, index.insert(.phrase(phrase)), fewest))
        }
        let built = index.build()
        var hits = 0
        for _ in 0..<50 {
            let text = randomText(using: &random, upTo: 8)
            let found = built.matches(in: FoldedText(text))
            for keyword in keywords {
                let expected = Oracle.finds(keyword.text, in: text, fewest: keyword.fewest)
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
