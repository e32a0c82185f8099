import Matching

/// Finds regular expressions that can take very long, by trying texts that make such expressions try everything.
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

    /// Whether it does with some filling, repeated so often: 32 times is enough where the work grows with every letter, and
    /// not where it grows with a power of the length.
    private static func givesUp(_ regex: RegularExpression, _ hostile: HostileTexts, length: Int) -> Bool {
        let start = literalStart(of: regex.pattern)
        // Where a letter must come last, PCRE2 gives up at once on texts that lack it.
        let letters = String(regex.pattern.filter { $0.isLetter || $0.isNumber || $0.isPunctuation && $0 != "\\" })
        return (["a", "א", "1", " ", "a ", "!"] + hostile.samples).contains { filling in
            let filled = String(repeating: filling, count: length) + "\u{1}"
            return regex.firstMatch(in: start + filled + letters) == .gaveUp
        }
    }

    /// The plain letters with which the expression begins: without them it would not even start.
    private static func literalStart(of pattern: String) -> String {
        let letters = pattern.drop { $0 == "^" }.prefix { $0.isLetter || $0.isNumber || $0 == " " }
        let next = pattern.drop { $0 == "^" }.dropFirst(letters.count).first
        // What is repeated may be missing.
        return String(next.map("*+?{".contains) == true ? letters.dropLast() : letters)
    }

    // MARK: What is slow

    /// So much work is some 5 to 50 milliseconds.
    private static let limit = 20_000_000

    private static func isSlow(_ work: MatchingWork, _ hostile: HostileTexts) -> Bool {
        let parts = 16
        let short = hostile.texts(length: RegularExpression.textLimit / parts).enumerated()
            .map { (index: $0.offset, work: work.count(for: $0.element, limit: limit)) }
            // Where even with the square of the length it is not enough, the long text is not worth its time.
            .filter { $0.work * parts * parts >= limit }
        guard !short.isEmpty else { return false }
        let long = hostile.texts(length: RegularExpression.textLimit)
        // Some of the worst short ones are given up soon when they are long.
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
