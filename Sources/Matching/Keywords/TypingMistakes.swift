/// Words that differ by a few typing mistakes: a letter missing, one too many, a wrong one, two neighbours swapped.
enum TypingMistakes {
    /// Words longer than this, in letters, are not compared: nobody mistypes them, and attackers would send them.
    static let longest = 40
    /// The same in bytes: a letter of a message may carry any number of marks.
    private static let longestInBytes = 16 * longest

    /// How many mistakes a word of this length may have: two from eight letters on, one from five; digits do
    /// not count.
    static func allowed(in word: [UInt8]) -> Int {
        guard word.count <= longestInBytes, case let all = word[...].letters, all.count <= longest else { return 0 }
        return switch all.count(where: \.beginsWithLetter) {
        case ..<5: 0
        case ..<8: 1
        default: 2
        }
    }

    /// Whether no more than `limit` mistakes lie between the two (optimal string alignment).
    static func separate(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, atMost limit: Int) -> Bool {
        guard left.count <= longestInBytes else { return false }
        let left = left.letters
        let right = right.letters
        guard abs(left.count - right.count) <= limit, left.count <= longest + limit else { return false }
        return editDistance(left, right) <= limit
    }

    /// Calls `body` with the word less up to `count` of its letters, in every way: words that few mistakes separate have
    /// one of these in common.
    static func forEachRemainder(of word: ArraySlice<UInt8>, dropping count: Int, _ body: (ArraySlice<UInt8>) -> Void) {
        body(word)
        guard count > 0, word.count <= longestInBytes else { return }
        let letters = word.letters
        guard letters.count <= longest + count else { return }
        for first in letters.indices {
            let one = word[..<letters[first].startIndex] + word[letters[first].endIndex...]
            body(one)
            guard count > 1 else { continue }
            for second in letters.indices.dropFirst(first + 1) {
                let between = word[letters[first].endIndex..<letters[second].startIndex]
                body(word[..<letters[first].startIndex] + between + word[letters[second].endIndex...])
            }
        }
    }
}
