import SeededRandom
import Testing

@testable import Matching

@Suite struct RegularExpressionTests {
    @Test func namedGroupsAreFoundInHebrewAndEnglish() throws {
        let expression = try RegularExpression(#"(?:order|הזמנה)\s*#?(?<number>\d{4,})"#)
        #expect(expression.names == ["number": 1])
        #expect(expression.groupCount == 1)
        #expect(expression.firstMatch(in: "My ORDER #48213!") == .match(["ORDER #48213", "48213"]))
        #expect(expression.firstMatch(in: "הזמנה 7777") == .match(["הזמנה 7777", "7777"]))
        #expect(expression.firstMatch(in: "order 12") == .noMatch)
        #expect(expression.firstMatch(in: "") == .noMatch)
    }

    @Test func unicodeWordBoundariesAndCaseAreKnown() throws {
        #expect(try RegularExpression(#"\bשלום\b"#).firstMatch(in: "היי שלום!") == .match(["שלום"]))
        #expect(try RegularExpression(#"\bשלום\b"#).firstMatch(in: "השלום") == .noMatch)
        #expect(try RegularExpression("привет").firstMatch(in: "ПРИВЕТ") == .match(["ПРИВЕТ"]))
        #expect(try RegularExpression("(?-i)hello").firstMatch(in: "HELLO") == .noMatch)
    }

    @Test func aGroupThatTookNoPartIsNil() throws {
        #expect(try RegularExpression("(a)|(b)").firstMatch(in: "b") == .match(["b", nil, "b"]))
        #expect(try RegularExpression("(a)?c").firstMatch(in: "c") == .match(["c", nil]))
    }

    @Test func anEmptyPatternMatchesNothingInParticular() throws {
        #expect(try RegularExpression("").firstMatch(in: "abc") == .match([""]))
        #expect(try RegularExpression("").firstMatch(in: "") == .match([""]))
    }

    @Test(arguments: [("(abc", 4), ("שלום(", 5), ("a**b", 2), ("[z-a]", 3), ("(?<n>a)(?<n>b)", 12), (#"\C"#, 2)])
    func mistakesAreToldWithTheirPlaceInCharacters(pattern: String, offset: Int) {
        #expect { try RegularExpression(pattern) } throws: { error in
            (error as? RegularExpression.SyntaxError)?.offset == offset
        }
    }

    /// Patterns that would take years.
    @Test(arguments: [
        (#"^(a+)+$"#, String(repeating: "a", count: 40) + "!"),
        (#"^(a|a)*$"#, String(repeating: "a", count: 60) + "!"),
        (#"^(x+x+)+[yz]$"#, String(repeating: "x", count: 200)),
    ])
    func aPatternThatBacktracksForEverGivesUp(pattern: String, text: String) throws {
        let clock = ContinuousClock()
        var result: RegularExpression.Result?
        let time = try clock.measure { result = try RegularExpression(pattern).firstMatch(in: text) }
        #expect(result == .gaveUp)
        // This is no benchmark: without its limit the match would not end in the lifetime of the machine.
        #expect(time < .seconds(5))
    }

    /// With as many letters as people can write, these take from some milliseconds to seconds, and all messages would
    /// wait.
    @Test(arguments: [
        ("(?=.*a)(?=.*b)", "a", ""), (#"(?:\w+\.)*\w+@\w+"#, "a.", "@"), (".*x.*y.*z", "zxxx", "!"),
        (#"\s*\s*\s*x"#, " ", "yx"), (#"(.+)\1x"#, "א", " xזz"), (#"(a+)\1b"#, "a", " xyzcbd"),
        (#"(.+) \1 \1!"#, "a ", "xyz!"), (#"(?<w>a+)\k<w>b"#, "a", " b"),
        (String(repeating: ".?", count: 15) + "qq", "a", "qaq"),
        ("(?:a?b?)*c", "a", " c"),
    ])
    func aPatternThatTakesLongForALongTextGivesUp(pattern: String, filling: String, end: String) throws {
        let expression = try RegularExpression(pattern)
        func text(_ length: Int) -> String {
            String(repeating: filling, count: (length - end.count) / filling.count) + end
        }
        #expect(expression.firstMatch(in: text(RegularExpression.textLimit)) == .gaveUp)
        // For messages as people write them it never gives up.
        if !pattern.hasPrefix("(?:a?") {
            #expect(expression.firstMatch(in: text(RegularExpression.uncountedLength)) != .gaveUp)
        }
    }

    /// The list of words may be long, and so may the message.
    @Test func aLongListOfWordsIsLookedForInLongTexts() throws {
        var random = SeededRandom(seed: 7)
        let words = (0..<500).map { _ in
            String(String.UnicodeScalarView((0..<6).map { _ in Unicode.Scalar(0x5D0 + UInt32(random.upTo(26)))! }))
        }
        let expression = try RegularExpression(#"(?:\#(words.joined(separator: "|")))\s*(?<number>\d+)?"#)
        let letter = (0..<550).map { _ in "אבגדה" }.joined(separator: " ")
        #expect(expression.firstMatch(in: letter + " \(words[499]) 17") == .match(["\(words[499]) 17", "17"]))
        #expect(expression.firstMatch(in: letter) == .noMatch)
    }

    @Test func whatIsQuickIsFoundAtTheEndOfLongTexts() throws {
        let text = String(repeating: "order ", count: 600) + "and my parcel 12-34"
        #expect(try RegularExpression("order.*parcel").firstMatch(in: text) != .gaveUp)
        #expect(try RegularExpression(#"\d+-\d+"#).firstMatch(in: text) == .match(["12-34"]))
        #expect(try RegularExpression(#"^(?=.*order)(?=.*parcel)"#).firstMatch(in: text) == .match([""]))
        #expect(
            try RegularExpression(#"(?<word>\w+)\s+(?<number>\d+)"#).firstMatch(in: text)
                == .match(["parcel 12", "parcel", "12"]))
    }

    @Test func deepNestingAndLongTextsDoNotCrash() throws {
        let deep = String(repeating: "(", count: 200) + "a" + String(repeating: ")", count: 200)
        #expect(try RegularExpression(deep).groupCount == 200)
        let long = String(repeating: "שלום ", count: 50_000)
        #expect(try RegularExpression("(?:.|\\n)*סוף").firstMatch(in: long) != .match(["סוף"]))
    }

    /// Text beyond the limit can't have been written in WhatsApp.
    @Test func noMoreOfATextIsLookedAtThanPeopleCanWrite() throws {
        let expression = try RegularExpression("price$")
        let limit = RegularExpression.textLimit
        let text = String(repeating: "ש", count: limit - 5) + "price"
        #expect(expression.firstMatch(in: text) == .match(["price"]))
        #expect(expression.firstMatch(in: text + " and so on") == .match(["price"]))
        #expect(expression.firstMatch(in: "ש" + text) == .noMatch)
        #expect(try RegularExpression("so on").firstMatch(in: text + " and so on") == .noMatch)
    }
}
