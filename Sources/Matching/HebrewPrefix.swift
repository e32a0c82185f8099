/// The letters that Hebrew writes together with the word that follows: and, the, in, to, from, that, as.
enum HebrewPrefix {
    /// Whether `word` is written in Hebrew letters alone, and how many they are. Bytes are folded UTF-8.
    static func letterCount(_ word: some Collection<UInt8>) -> Int? {
        var count = 0
        var iterator = word.makeIterator()
        while let lead = iterator.next() {
            guard lead == 0xD7, let trail = iterator.next(), (0x90...0xAA).contains(trail) else { return nil }
            count += 1
        }
        return count > 0 ? count : nil
    }

    /// The usual combinations: ו, then one of ש כש מש לכש, then one of ב ל מ כ, then ה; each may be missing.
    private static let combinations: Set<[UInt8]> = {
        var all: Set<[UInt8]> = []
        for and in ["", "ו"] {
            for that in ["", "ש", "כש", "מש", "לכש"] {
                for preposition in ["", "ב", "ל", "מ", "כ"] {
                    for the in ["", "ה"] { all.insert(Array((and + that + preposition + the).utf8)) }
                }
            }
        }
        all.remove([])
        return all
    }()

    private static let longest = 12
    /// ב ה ו כ ל מ ש: the second bytes of their UTF-8 forms.
    private static let letters: Set<UInt8> = [0x91, 0x94, 0x95, 0x9B, 0x9C, 0x9E, 0xA9]

    static func isPrefix(_ bytes: ArraySlice<UInt8>) -> Bool {
        combinations.contains(Array(bytes))
    }

    /// Calls `body` with every length in bytes at which a prefix of `word` ends and at least one more letter follows.
    static func forEachEnd(in word: ArraySlice<UInt8>, _ body: (Int) -> Void) {
        var length = 2
        while length < word.count, length <= longest {
            let lead = word[word.startIndex + length - 2]
            let trail = word[word.startIndex + length - 1]
            guard lead == 0xD7, letters.contains(trail) else { return }
            if isPrefix(word.prefix(length)) { body(length) }
            length += 2
        }
    }
}
