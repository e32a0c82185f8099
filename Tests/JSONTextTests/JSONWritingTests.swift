import JSONText
import SeededRandom
import Testing

@Suite struct JSONWritingTests {
    @Test(arguments: [
        (JSON.null, "null"), (.bool(false), "false"), (.count(-12), "-12"), (.count(UInt64.max), "\(Int64.max)"),
        (.count(Int?.none), "null"), (.number(1.5), "1.5"), (.number(.infinity), "null"), (.text(nil), "null"),
        ("a\"\\\n\r\u{1}", #""a\"\\\n\u000d\u0001""#), ("שלום", #""שלום""#), (.texts(["a", "b"]), #"["a","b"]"#),
        (.object(["b": [], "a": .object([:])]), #"{"a":{},"b":[]}"#),
    ])
    func isWrittenInOneLine(value: JSON, text: String) {
        #expect(value.encodedText == text)
    }

    @Test func isWrittenInLinesForPeople() {
        let value = JSON.object(["b": [.count(1), "x"], "a": .object(["c": .null]), "d": [], "e": .object([:])])
        #expect(
            value.indentedText == """
                {
                  "a" : {
                    "c" : null
                  },
                  "b" : [
                    1,
                    "x"
                  ],
                  "d" : [],
                  "e" : {}
                }
                """)
    }

    @Test(arguments: 0..<200)
    func readsAsItWasWritten(seed: UInt64) {
        var random = SeededRandom(seed: seed)
        let value = Self.value(depth: 4, &random)
        #expect(JSON(parsing: value.encoded) == value)
        #expect(JSON(parsing: Array(value.indentedText.utf8)) == value)
    }

    private static func value(depth: Int, _ random: inout SeededRandom) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &random) {
        case 0: .null
        case 1: .bool(Bool.random(using: &random))
        case 2: .integer(Int64.random(in: .min ... .max, using: &random))
        // Never a whole number: those are read as integers.
        case 3: .number(Double(Int.random(in: -1_000_000...1_000_000, using: &random)) + 0.5)
        case 4: .string(text(&random))
        case 5: .array((0..<Int.random(in: 0..<5, using: &random)).map { _ in value(depth: depth - 1, &random) })
        default:
            .object(
                Dictionary(
                    (0..<Int.random(in: 0..<5, using: &random)).map { _ in
                        (text(&random), value(depth: depth - 1, &random))
                    }, uniquingKeysWith: { first, _ in first }))
        }
    }

    private static func text(_ random: inout SeededRandom) -> String {
        let scalars: [Unicode.Scalar] = [
            "a", "\"", "\\", "\n", "\r", "\t", "\u{1}", "\u{7F}", "ש", "\u{5B0}", "😀", "/",
        ]
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<8, using: &random) {
            text.append(scalars[Int.random(in: scalars.indices, using: &random)])
        }
        return String(text)
    }
}
