import Matching

/// Finds regular expressions that can take very long, by trying texts that make such expressions try everything.
enum RegexLint {
    static func check(_ source: Located<String>, _ regex: RegularExpression, _ reader: Reader) {
        guard isWorthTrying(source.value) else { return }
        let start = literalStart(of: source.value)
        // Where a letter must come last, PCRE2 gives up at once on texts that lack it.
        let letters = String(source.value.filter { $0.isLetter || $0.isNumber })
        for filling in fillings {
            guard case .gaveUp = regex.firstMatch(in: start + filling + letters) else { continue }
            reader.warning(
                source.node.range, "this regex takes too long for some messages, and is then given up",
                hint: "avoid a repetition within a repetition, like (a+)+, and several of .* in one regex",
                code: "slow-regex")
            return
        }
    }

    /// The longer ones for expressions whose work grows with a power of the length, not with every letter.
    private static let fillings = [32, 1000].flatMap { length in
        ["a", "א", "1", " ", "a ", "!"].map { String(repeating: $0, count: length) + "\u{1}" }
    }

    /// Only what repeats without end in two places can take long.
    private static func isWorthTrying(_ pattern: String) -> Bool {
        pattern.count { $0 == "*" || $0 == "+" || $0 == "{" } > 1
    }

    /// The plain letters with which the expression begins: without them it would not even start.
    private static func literalStart(of pattern: String) -> String {
        let letters = pattern.drop { $0 == "^" }.prefix { $0.isLetter || $0.isNumber || $0 == " " }
        let next = pattern.drop { $0 == "^" }.dropFirst(letters.count).first
        // What is repeated may be missing.
        return String(next.map("*+?{".contains) == true ? letters.dropLast() : letters)
    }
}
