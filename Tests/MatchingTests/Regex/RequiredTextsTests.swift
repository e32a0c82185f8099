import SeededRandom
import Testing

@testable import Matching

@Suite struct RequiredTextsTests {
    @Test(
        arguments: [
            (#"order\s*#?(\d+)"#, ["order"]), (#"(?<number>\d{4,})"#, nil), ("מחיר|עלות", ["מחיר", "עלות"]),
            ("(price|cost) of", ["price", "cost"]), ("colou?r", ["colo"]), ("ab{2}c", ["ab"]), ("a{0}bc", ["bc"]),
            ("ab{0,3}cd", ["cd"]), ("(?:abc)?de", ["de"]), ("(?:abc)+d", ["abc"]), ("(?i)ABC", ["abc"]),
            ("(?-i)ABC", ["abc"]), ("(?!abc)def", ["def"]), ("(?<=abc)def", ["def"]), ("[abc]+", nil), ("a|", nil),
            ("abc|[x]", nil), (#"\Qabc\E"#, nil), (#"(abc)\1"#, nil), ("(?x) a b c", nil), ("(?(1)abc)", nil),
            ("(*ACCEPT)abc", nil), (#"\x41bc"#, nil), (#"\x{41}bcd"#, ["bcd"]), (#"\p{L}bcd"#, ["bcd"]),
            ("שלום עולם", ["שלום"]), ("é+abc", ["abc"]), ("a", nil), ("[]abc]def", ["def"]),
            ("[[:alpha:]]xyz", ["xyz"]),
            ("abc{", ["ab"]), ("x{2}{0}yz", ["yz"]), (#"a\.bc"#, ["bc"]),
            ("ab(?#x){0}", nil),
        ] as [(String, [String]?)])
    func textsThatEveryMatchHoldsAreReadOffThePattern(pattern: String, texts: [String]?) {
        #expect(RequiredTexts.of(pattern)?.map { String(decoding: $0, as: UTF8.self) } == texts)
    }

    /// Returns a pattern of everything that the reader knows, and of some things that it does not.
    private func pattern(_ depth: Int, using random: inout SeededRandom) -> String {
        let plain = [
            "a", "b", "ab", "hello", "Don", "של", "מחיר", "1", "12", ".", " ", "é", "k", "S", #"\d"#, #"\b"#, #"\s*"#,
            "[ab]", "[^a]", "[א-ת]", #"\."#, "^", "$", "(?i)", "(?-i)", #"\x{61}"#, #"\p{L}"#, "[]a]", "[[:digit:]]",
            "'", "״", #"\1"#, "(?s)", "{", "}", "]", "#", "(?#x)",
        ]
        let quantifiers = [
            "", "", "", "", "?", "*", "+", "{2}", "{0}", "{0,2}", "{1,}", "??", "+?", "*+", "{x", "{,2}",
        ]
        let atom: String
        if depth > 0, Int.random(in: 0..<3, using: &random) == 0 {
            let open = [
                "(", "(?:", "(?<n\(Int.random(in: 0..<1000, using: &random))>", "(?=", "(?!", "(?>", "(?i:", "(?|",
            ]
            let inside = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                (0..<Int.random(in: 0...3, using: &random)).map { _ in pattern(depth - 1, using: &random) }.joined()
            }
            atom = random.one(of: open) + inside.joined(separator: "|") + ")"
        } else {
            atom = random.one(of: plain)
        }
        return atom + random.one(of: quantifiers)
    }

    /// Returns a text in which these patterns are found: pieces of them, in any case, with marks and controls between.
    private func text(using random: inout SeededRandom) -> String {
        let pieces = [
            "a", "b", "ab", "hello", "HELLO", "don", "של", "מחיר", "12", "1", " ", "É", "\u{212A}", "ſ", "x", ".", "'",
            "״",
            "\u{200F}", "\u{301}", "\u{5B8}", "\u{200D}", "Ab", "{", "}", "]", "#", "שׁל", "hel\u{200E}lo",
        ]
        return (0..<Int.random(in: 0...10, using: &random)).map { _ in random.one(of: pieces) }.joined()
    }

    @Test(arguments: 0..<100)
    func whatAPatternMatchesHoldsOneOfItsRequiredTexts(seed: UInt64) {
        var random = SeededRandom(seed: 9000 + seed)
        var matches = 0
        for _ in 0..<200 {
            let source = (0..<Int.random(in: 1...4, using: &random)).map { _ in pattern(2, using: &random) }.joined()
            guard let expression = try? RegularExpression(source), let required = expression.requiredTexts else {
                continue
            }
            for _ in 0..<30 {
                let text = text(using: &random)
                guard case .match = expression.firstMatch(in: text.withoutBidiMarks) else { continue }
                matches += 1
                let folded = FoldedText(text).bytes
                #expect(
                    required.contains { folded.firstRange(of: $0) != nil },
                    "seed \(seed): \(source.debugDescription) matches \(text.debugDescription)")
            }
        }
        #expect(matches > 0, "some must match, or nothing was tested")
    }
}
