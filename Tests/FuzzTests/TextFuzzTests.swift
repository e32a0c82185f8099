import Foundation
import Matching
import MatchingOracles
import SeededRandom
import Testing

/// Returns any text at all: of bytes that are no text, of scalars of every kind, or of words in several scripts.
private func anyText(using random: inout SeededRandom, upTo length: Int = 40) -> String {
    switch random.upTo(4) {
    case 0:
        return String(
            decoding: (0..<random.upTo(length)).map { _ in UInt8(truncatingIfNeeded: random.next()) }, as: UTF8.self)
    case 1:
        return randomText(using: &random)
    default:
        var text = String.UnicodeScalarView()
        for _ in 0..<random.upTo(length) {
            if random.chance(0.2) {
                text += randomText(using: &random, upTo: 1).unicodeScalars
            } else {
                text.append(anyScalar(using: &random))
            }
        }
        return String(text)
    }
}

/// Blocks of scalars; the ones that folding has rules for are more frequent than the rest.
private let blocks: [ClosedRange<UInt32>] = [
    0x20...0x7E, 0x20...0x7E, 0x00...0xFF, 0x00...0x24F, 0x300...0x36F, 0x370...0x3FF, 0x400...0x4FF, 0x590...0x5F4,
    0x590...0x5F4, 0x600...0x6FF, 0x8A0...0x8FF, 0x900...0x97F, 0xE00...0xE7F, 0x1100...0x11FF, 0x1E00...0x1FFF,
    0x2000...0x206F, 0x2000...0x20FF, 0x2100...0x2BFF, 0x3000...0x30FF, 0xAC00...0xD7A3, 0xE000...0xE0FF,
    0xF900...0xFFFF, 0xFB1D...0xFDFF, 0xFE00...0xFE0F, 0x1D400...0x1D7FF, 0x1F1E6...0x1F1FF, 0x1F300...0x1FAFF,
    0xE0000...0xE01EF, 0x0...0x10FFFF,
]

private func anyScalar(using random: inout SeededRandom) -> Unicode.Scalar {
    let block = random.one(of: blocks)
    return Unicode.Scalar(block.lowerBound + UInt32(random.upTo(block.count))) ?? "\u{FFFD}"
}

@Suite struct TextFuzzTests {
    @Suite struct Folding {
        private static func check(_ text: String) throws -> Bool {
            let folded = FoldedText(text)
            let bytes = try #require(String(validating: folded.bytes, as: UTF8.self))
            try #require(FoldedText(bytes) == folded, "\(text.debugDescription)")
            let reduced = FoldedText(text, accents: .ignore)
            try #require(FoldedText(bytes, accents: .ignore) == reduced, "\(text.debugDescription)")
            let again = FoldedText(String(decoding: reduced.bytes, as: UTF8.self), accents: .ignore)
            try #require(again == reduced, "\(text.debugDescription)")
            var end = 0
            for token in folded.tokens {
                try #require(Int(token.start) >= end && token.end > token.start, "\(text.debugDescription)")
                end = Int(token.end)
                try #require(end <= folded.bytes.count)
                let ends = [Int(token.start), end].filter { $0 < folded.bytes.count }
                try #require(ends.allSatisfy { folded.bytes[$0] & 0xC0 != 0x80 }, "\(text.debugDescription)")
            }
            let apart = text.decomposedStringWithCanonicalMapping
            // An iota below a letter (U+0345) becomes one beside it, before or after other marks, depending on their order.
            guard !apart.unicodeScalars.contains("\u{345}") else { return true }
            try #require(FoldedText(apart) == folded, "\(text.debugDescription)")
            return !folded.tokens.isEmpty
        }

        @Test(arguments: Fuzz.seeds(4000))
        func foldingTwiceIsFoldingOnceAndTokensAreWholeWhateverTheText(seeds: Range<UInt64>) {
            Fuzz.each(of: seeds, share: 0.5...1) { random in
                let isLong = random.chance(0.01)
                return try Self.check(isLong ? HostileText.text(using: &random, upTo: 20_000) : anyText(using: &random))
            }
        }
    }

    @Suite struct Index {
        private struct Keyword {
            var text: String
            var pattern: TextPattern
            /// The number of letters from which on a word of a phrase takes Hebrew prefixes; `nil` for none.
            var fewest: Int?

            func isFound(in text: String) -> Bool {
                if case .phrase = pattern.shape {
                    return KeywordOracle.finds(self.text, in: text, fewestLetters: fewest, accents: pattern.accents)
                }
                return LiteralOracle.finds(pattern, in: FoldedText(text, accents: pattern.accents))
            }
        }

        private static func keyword(_ text: String, using random: inout SeededRandom) -> Keyword? {
            let pattern: TextPattern?
            var fewest: Int?
            let accents: Accents = random.chance(0.3) ? .ignore : .count
            switch random.upTo(4) {
            case 0: pattern = .exact(text, accents: accents)
            case 1: pattern = .starts(text, accents: accents)
            case 2: pattern = .contains(text, accents: accents)
            default:
                let (prefixes, letters) = random.one(
                    of: [(Phrase.Prefixes.longWords, 4), (.always, 2), (.never, nil)] as [(Phrase.Prefixes, Int?)])
                fewest = letters
                let phrase = Phrase(text, prefixes: prefixes, accents: accents)
                pattern = text.hasPrefix("=") ? nil : phrase.map(TextPattern.phrase)
            }
            return pattern.map { Keyword(text: text, pattern: $0, fewest: fewest) }
        }

        /// Returns a stretch of the text, which somebody may have made a keyword.
        private static func part(of text: String, using random: inout SeededRandom) -> String {
            let scalars = Array(text.unicodeScalars)
            let start = random.upTo(scalars.count)
            var part = String.UnicodeScalarView()
            part += scalars[start..<min(start + 1 + random.upTo(8), scalars.count)]
            return String(part)
        }

        /// Returns the text with points, directional marks and wider spaces, which nobody sees.
        private static func decorated(_ text: String, using random: inout SeededRandom) -> String {
            let marks: [Unicode.Scalar] = [
                "\u{200E}", "\u{200F}", "\u{202B}", "\u{202E}", "\u{202C}", "\u{2067}", "\u{2069}",
            ]
            let points: [Unicode.Scalar] = ["\u{5B0}", "\u{5B8}", "\u{5BC}", "\u{5C1}", "\u{591}"]
            let spaces: [Unicode.Scalar] = [" ", "\u{A0}", "\u{2003}", "\t", "\n", "\u{3000}"]
            var decorated = String.UnicodeScalarView()
            for scalar in text.unicodeScalars {
                if random.chance(0.2) { decorated.append(random.one(of: marks)) }
                decorated.append(scalar)
                if (0x5D0...0x5EA).contains(scalar.value), random.chance(0.5) {
                    decorated.append(random.one(of: points))
                }
                while scalar == " ", random.chance(0.3) { decorated.append(random.one(of: spaces)) }
            }
            if random.chance(0.3) { decorated.append(random.one(of: marks)) }
            return String(decorated)
        }

        private static func check(using random: inout SeededRandom) throws -> Bool {
            let texts = (0..<4).map { _ in anyText(using: &random) }
            var builder = TextIndex.Builder()
            var keywords: [(Keyword, TextIndex.PatternID)] = []
            for _ in 0..<12 {
                let text =
                    random.chance(0.8) ? part(of: random.one(of: texts), using: &random) : anyText(using: &random)
                guard let keyword = keyword(text, using: &random) else { continue }
                keywords.append((keyword, builder.insert(keyword.pattern)))
            }
            let index = builder.build()
            var hits = 0
            for text in texts {
                let found = index.matches(in: FoldedText(text))
                for (keyword, id) in keywords {
                    let expected = keyword.isFound(in: text)
                    hits += expected ? 1 : 0
                    try #require(
                        found.contains(id) == expected, "\(keyword.text.debugDescription) in \(text.debugDescription)")
                }
                let decorated = decorated(text, using: &random)
                let again = index.matches(in: FoldedText(decorated))
                try #require(again.all == found.all, "\(text.debugDescription) as \(decorated.debugDescription)")
            }
            return hits > 0
        }

        @Test(arguments: Fuzz.seeds(600))
        func theIndexFindsInAnyTextWhatComparingOneByOneFinds(seeds: Range<UInt64>) {
            Fuzz.each(of: seeds, share: 0.5...1) { random in try Self.check(using: &random) }
        }
    }
}
