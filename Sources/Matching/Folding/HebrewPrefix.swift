/// The letters that Hebrew attaches to the following word: and, the, in, to, from, that, as.
enum HebrewPrefix {
    /// Returns the number of letters of `word`, which is folded UTF-8, or `nil` unless all of them are Hebrew.
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
    private static let combinations: Set<UInt32> = {
        var all: Set<UInt32> = []
        for and in ["", "ו"] {
            for that in ["", "ש", "כש", "מש", "לכש"] {
                for preposition in ["", "ב", "ל", "מ", "כ"] {
                    for the in ["", "ה"] {
                        // Each letter takes two bytes, and the second identifies the letter.
                        let letters = Array((and + that + preposition + the).utf8).enumerated()
                        let digits = letters.filter { $0.offset % 2 == 1 }.compactMap { digit($0.element) }
                        all.insert(digits.reduce(0) { $0 << 3 | $1 })
                    }
                }
            }
        }
        all.remove(0)
        return all
    }()

    /// The length of the longest prefix, in letters.
    private static let longest = 6

    /// Returns the octal digit of one of the letters ב ה ו כ ל מ ש, which is known by the second byte of its UTF-8
    /// form; `nil` for any other letter. Up to six digits identify a prefix.
    private static func digit(_ trail: UInt8) -> UInt32? {
        switch trail {
        case 0x91: 1
        case 0x94: 2
        case 0x95: 3
        case 0x9B: 4
        case 0x9C: 5
        case 0x9E: 6
        case 0xA9: 7
        default: nil
        }
    }

    static func isPrefix(_ bytes: ArraySlice<UInt8>) -> Bool {
        var isPrefix = false
        forEachPrefix(of: bytes) { isPrefix = $0 == bytes.count }
        return isPrefix
    }

    /// Calls `body` with every length in bytes at which a prefix of `word` ends and at least one more letter follows.
    static func forEachEnd(in word: ArraySlice<UInt8>, _ body: (Int) -> Void) {
        forEachPrefix(of: word) { if $0 < word.count { body($0) } }
    }

    private static func forEachPrefix(of word: ArraySlice<UInt8>, _ body: (Int) -> Void) {
        var code: UInt32 = 0
        for number in 1...longest {
            let trail = word.startIndex + 2 * number - 1
            guard trail < word.endIndex, word[trail - 1] == 0xD7, let digit = digit(word[trail]) else { return }
            code = code << 3 | digit
            if combinations.contains(code) { body(2 * number) }
        }
    }
}
