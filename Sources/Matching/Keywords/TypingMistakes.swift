/// A comparison of words that differ by a few typing mistakes: a letter missing, one too many, a wrong one, two
/// neighbours swapped.
enum TypingMistakes {
    /// The length of the longest word that is compared, in letters: nobody mistypes longer ones, and attackers would
    /// send them.
    static let longest = 40
    /// The same limit in bytes: a letter of a message may carry any number of marks.
    private static let longestInBytes = 16 * longest

    /// Returns the number of mistakes that `word` may have: two if it has at least eight letters, one if at least five,
    /// none if a digit is among them: iPhone 14 is no mistyped iPhone 15.
    static func allowed(in word: [UInt8]) -> Int {
        guard word.count <= longestInBytes, case let all = word[...].letters, all.count <= longest,
            all.allSatisfy(\.beginsWithLetter)
        else { return 0 }
        return switch all.count {
        case ..<5: 0
        case ..<8: 1
        default: 2
        }
    }

    /// Whether at most `limit` mistakes lie between two words (optimal string alignment).
    static func separate(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>, atMost limit: Int) -> Bool {
        guard left.count <= longestInBytes else { return false }
        let left = left.letters
        let right = right.letters
        guard abs(left.count - right.count) <= limit, left.count <= longest + limit else { return false }
        return editDistance(left, right) <= limit
    }

    /// Calls `body` with each remainder of the word after dropping up to `count` of its letters. Words that differ by
    /// few mistakes have a remainder in common.
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
