import Testing

@testable import Matching

private func finds(_ keyword: String, in text: String, mistakes: Int, prefixes: Phrase.Prefixes = .longWords) -> Bool {
    var index = TextIndex.Builder()
    guard let phrase = Phrase(keyword, prefixes: prefixes, mistakes: mistakes) else { return false }
    let id = index.insert(.phrase(phrase))
    return index.build().matches(in: FoldedText(text)).contains(id)
}

@Suite struct TypingMistakesTests {
    @Test(arguments: [
        ("delivery", "how is my delivrey", 1), ("delivery", "deliveri", 1), ("delivery", "dlivery", 1),
        ("delivery", "deliverry", 1), ("delivery", "delvrey", 2), ("משלוח", "משלוך", 1), ("משלוח", "המשלוך", 1),
        ("какой", "какои", 1), ("какой", "каккой", 1), ("какой", "какоa", 1), ("café au lait", "café au lait", 2),
        ("opening hours", "openning huors", 1),
    ])
    func aWordWithFewEnoughMistakesIsFound(keyword: String, text: String, mistakes: Int) {
        #expect(finds(keyword, in: text, mistakes: mistakes))
    }

    @Test(arguments: [
        ("delivery", "delvrey", 1), ("delivery", "delivery2go", 2), ("order", "udder", 2), ("four", "for", 2),
        ("твой", "твои", 2), ("café", "cafe", 2), ("12345", "12346", 2), ("a1234567", "b1234567", 2),
        ("=delivery", "delivrey", 2),
        ("opening hours", "opening our", 1), ("👍👍👍👍👍", "👍👍👍👍", 2),
    ])
    func aWordWithTooManyIsNot(keyword: String, text: String, mistakes: Int) {
        #expect(!finds(keyword, in: text, mistakes: mistakes))
    }

    @Test func behindThousandsOfLettersAWordWithoutMistakesIsStillFound() {
        let long = String(repeating: "x ", count: 4100)
        #expect(finds("delivery", in: long + "delivery", mistakes: 1))
        #expect(finds("משלוח", in: long + "המשלוח", mistakes: 1))
        #expect(!finds("delivery", in: long + "delivory", mistakes: 1))
    }

    @Test func anEndlessWordIsPassedOver() {
        let long = String(repeating: "a", count: 41)
        #expect(finds(long, in: long, mistakes: 2))
        #expect(!finds(long, in: "b" + long.dropFirst(), mistakes: 2))
        #expect(!finds(String(long.dropLast()), in: String(repeating: "a", count: 100_000), mistakes: 2))
    }
}
