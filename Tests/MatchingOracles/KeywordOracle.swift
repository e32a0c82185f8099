/// A word or phrase, looked for the slow and obvious way.
struct OracleKeyword {
    private let tokens: [OracleText.Token]
    private let hasSigns: Bool
    /// From how many Hebrew letters on a word takes prefixes; nil for never.
    private let fewestLetters: Int?
    private let mistakes: Int

    /// nil where nothing is left of it to be looked for.
    init?(_ source: String, prefixes: Bool?, mistakes: Int) {
        let isLiteral = source.unicodeScalars.first == "=" && source.count > 1
        tokens = OracleText(isLiteral ? String(source.dropFirst()) : source).tokens
        guard !tokens.isEmpty else { return nil }
        hasSigns = tokens.contains { !$0.isWord }
        self.mistakes = isLiteral ? 0 : mistakes
        switch prefixes {
        case _ where isLiteral: fewestLetters = nil
        case true: fewestLetters = 2
        case nil: fewestLetters = 4
        case false: fewestLetters = nil
        }
    }

    func stands(in text: OracleText) -> Bool {
        let said = hasSigns ? text.tokens : text.words
        guard tokens.count <= said.count else { return false }
        return (0...(said.count - tokens.count)).contains { start in
            tokens.indices.allSatisfy { isTaken(said[start + $0], for: tokens[$0]) }
        }
    }

    private func isTaken(_ said: OracleText.Token, for wanted: OracleText.Token) -> Bool {
        if said == wanted { return true }
        guard said.isWord, wanted.isWord else { return false }
        let letters = wanted.units.count { $0.kind == .letter }
        let allowed = min(mistakes, letters >= 8 ? 2 : letters >= 5 ? 1 : 0)
        let isHebrew = wanted.units.allSatisfy { "א"..."ת" ~= $0.text }
        let takesPrefixes = fewestLetters.map { isHebrew && wanted.units.count >= $0 } ?? false
        var readings = [said.units]
        for length in 1...6 where takesPrefixes && length < said.units.count {
            let prefix = said.units.prefix(length).map(\.text).joined()
            if Self.prefixes.contains(prefix) { readings.append(Array(said.units.dropFirst(length))) }
        }
        return readings.contains { distance($0, wanted.units) <= allowed }
    }

    /// And; that, when, from which, until when; in, to, from, as; the: each may be missing, the order may not.
    private static let prefixes: Set<String> = {
        let ands = ["", "ו"]
        let thats = ["", "ש", "כש", "מש", "לכש"]
        let prepositions = ["", "ב", "ל", "מ", "כ"]
        let articles = ["", "ה"]
        let all = ands.flatMap { and in
            thats.flatMap { that in prepositions.flatMap { word in articles.map { and + that + word + $0 } } }
        }
        return Set(all).subtracting([""])
    }()

    /// Letters missing, too many, wrong, or swapped with their neighbour: the definition, by recursion with a memory.
    private func distance(_ left: [OracleText.Unit], _ right: [OracleText.Unit]) -> Int {
        if left == right { return 0 }
        guard mistakes > 0, abs(left.count - right.count) <= 2 else { return 3 }
        var known: [Int: Int] = [:]
        func distance(_ i: Int, _ j: Int) -> Int {
            if i == 0 || j == 0 { return i + j }
            if let known = known[i * 100 + j] { return known }
            var least = min(distance(i - 1, j), distance(i, j - 1)) + 1
            least = min(least, distance(i - 1, j - 1) + (left[i - 1] == right[j - 1] ? 0 : 1))
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                least = min(least, distance(i - 2, j - 2) + 1)
            }
            known[i * 100 + j] = least
            return least
        }
        return distance(left.count, right.count)
    }
}
