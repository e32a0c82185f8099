import Testing

@testable import Matching

/// Work is counted in units of about a quarter of a nanosecond; 20 million are 5 ms.
@Suite struct MatchingWorkTests {
    @Test(arguments: [
        ("(?=.*a)(?=.*b)", "a", ""), (#"(?:\w+\.)*\w+@\w+"#, "a.", "@"), (#"(\w+)\s+\1"#, "a", ""),
        ("(x|y)+z", "x", "!z"),
        (#"order\s*(?:no)?\s*#?\d"#, "order" + String(repeating: " ", count: 4000), ""), (".*x.*y.*z", "zxxx", "!"),
    ])
    func whatGrowsWithTheSquareOfTheTextIsMuch(pattern: String, filling: String, end: String) throws {
        #expect(try work(pattern, filling, end, limit: 20_000_000) >= 3_000_000)
    }

    /// All of these take some microseconds, because PCRE2 does not go over the same letters again.
    @Test(arguments: [
        ("x.*yx", "x", "y"), ("refund.*order", "refund", "r"), (#"\w+@\w+"#, "a", "@"), (#"(\w+)@(\w+)"#, "a", "@"),
        (#"\s+$"#, " ", "x"), ("(a|b).*(c|d)", "ab", ""), (".*price.*", "p", "price"), ("^(?=.*a)(?=.*b)", "a", ""),
        (#"[a-z]+\d"#, "a", ""), (".*?x.*?y", "x", ""), (#"order\s*(?:no\s*)?#?\d"#, "order ", ""),
    ])
    func whatGrowsWithTheTextIsLittle(pattern: String, filling: String, end: String) throws {
        #expect(try work(pattern, filling, end, limit: 20_000_000) < 1_000_000)
    }

    /// Letters that are compared before a reference fails count too: the cube of the text.
    @Test(arguments: [#"(a+)\1b"#, #"(?<word>a+)\k<word>b"#])
    func whatAReferenceComparesCounts(pattern: String) throws {
        let work = try #require(MatchingWork(RegularExpression(pattern)))
        #expect(work.count(for: String(repeating: "a", count: 500) + " b", limit: .max) > 40_000_000)
    }

    @Test func theCountIsTheSameEachTimeAndEndsWithItsLimit() throws {
        let work = try #require(MatchingWork(RegularExpression("(?=.*a)(?=.*b)")))
        let text = String(repeating: "a", count: 1000)
        let first = work.count(for: text, limit: .max)
        #expect(work.count(for: text, limit: .max) == first)
        #expect((1000..<1100).contains(work.count(for: text, limit: 1000)))
        #expect(first > 1_000_000)
    }

    @Test func itemsAreThoseThatPCRE2Reads() throws {
        let work = try #require(MatchingWork(RegularExpression(#"(?:שa\s*)+[b-d]{2,}?\.(?=x|(y))"#)))
        #expect(
            work.items == [
                "(?:", "ש", "a", #"\s*"#, ")+", "[b-d]{2,}?", #"\."#, "(?=", "x", "|", "(", "y", ")", ")", "",
            ])
    }

    private func work(_ pattern: String, _ filling: String, _ end: String, limit: Int) throws -> Int {
        let work = try #require(MatchingWork(RegularExpression(pattern)))
        let count = (RegularExpression.textLimit - end.count) / filling.count
        return work.count(for: String(repeating: filling, count: count) + end, limit: limit)
    }
}
