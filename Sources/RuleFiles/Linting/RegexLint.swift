import Matching

/// Finds regular expressions that can take very long, by trying texts that make them try everything.
enum RegexLint {
    static func check(_ source: Located<String>, _ regex: RegularExpression, _ reader: Reader) {
        guard RegularExpression.mayTakeLong(source.value) else { return }
        let work = MatchingWork(regex)
        let hostile = HostileTexts(items: work?.items ?? [])
        if givesUp(regex, hostile, length: 32) {
            reader.warning(
                source.node.range, "this regex takes too long for some messages, and is then given up",
                hint: "avoid a repetition within a repetition, like (a+)+, and several of .* in one regex",
                code: "slow-regex")
        } else if givesUp(regex, hostile, length: 1000) || work.map({ isSlow($0, hostile) }) == true {
            reader.warning(
                source.node.range, "this regex takes too long for some long messages, and is then given up",
                hint:
                    #"begin it with ^, keep repetitions of the same apart (\s*(no\s*)?, not \s*(no)?\s*), write [xy]+ for (x|y)+, or use 'all'"#,
                code: "slow-regex")
        }
    }

    // MARK: What is given up

    /// Whether the regex gives up on some filling that is repeated `length` times. 32 repetitions are enough if the
    /// work grows exponentially with the length, but not if it grows with a power of the length.
    private static func givesUp(_ regex: RegularExpression, _ hostile: HostileTexts, length: Int) -> Bool {
        let start = literalStart(of: regex.pattern)
        // If the expression requires a letter at the end, PCRE2 rejects texts without it at once.
        let letters = String(regex.pattern.filter { $0.isLetter || $0.isNumber || $0.isPunctuation && $0 != "\\" })
        return (["a", "א", "1", " ", "a ", "!"] + hostile.samples).contains { filling in
            let filled = String(repeating: filling, count: length) + "\u{1}"
            return regex.firstMatch(in: start + filled + letters) == .gaveUp
        }
    }

    /// Returns the plain letters with which the expression begins; PCRE2 would not even start on a text without them.
    private static func literalStart(of pattern: String) -> String {
        let letters = pattern.drop { $0 == "^" }.prefix { $0.isLetter || $0.isNumber || $0 == " " }
        let next = pattern.drop { $0 == "^" }.dropFirst(letters.count).first
        // A repeated letter may be missing.
        return String(next.map("*+?{".contains) == true ? letters.dropLast() : letters)
    }

    // MARK: What is slow

    /// The work from which a regex counts as slow: some 5 to 50 milliseconds.
    private static let limit = 20_000_000

    private static func isSlow(_ work: MatchingWork, _ hostile: HostileTexts) -> Bool {
        let parts = 16
        let short = hostile.texts(length: RegularExpression.textLimit / parts).enumerated()
            .map { (index: $0.offset, work: work.count(for: $0.element, limit: limit)) }
            // If growth with the square of the length would not reach the limit, the long text is not worth its time.
            .filter { $0.work * parts * parts >= limit }
        guard !short.isEmpty else { return false }
        let long = hostile.texts(length: RegularExpression.textLimit)
        // Some of the worst short texts are given up soon when they are long.
        var budget = 8 * limit
        for short in short where budget > 0 {
            let tooMuch = limit + work.least(for: long[short.index])
            let spent = work.count(for: long[short.index], limit: tooMuch)
            if spent >= tooMuch { return true }
            budget -= spent
        }
        return false
    }
}
