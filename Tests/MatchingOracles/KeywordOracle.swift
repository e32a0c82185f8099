public import Matching

/// A word or phrase that is searched for in the slow and obvious way: word by word, with every prefix spelled out.
public struct KeywordOracle {
    private let tokens: [TextOracle.Token]
    /// The number of Hebrew letters from which on a word takes prefixes; `nil` for none.
    private let fewestLetters: Int?
    private let mistakes: Int
    /// The name in a keyword like `wa.me`, which finds links too.
    private let name: String?

    /// Creates the oracle of a keyword as a rule writes it; `nil` if nothing is left of it to search for.
    ///
    /// - Parameters:
    ///   - source: The keyword; an `=` at its beginning allows neither prefixes nor mistakes.
    ///   - prefixes: Whether words of two letters and more take Hebrew prefixes; `nil` for words of four letters and
    ///     more.
    ///   - mistakes: The largest number of typing mistakes in a word.
    ///   - ignoresAccents: Whether accents make no difference; the texts must be folded accordingly.
    public init?(_ source: String, prefixes: Bool?, mistakes: Int, ignoresAccents: Bool = false) {
        let isLiteral = source.unicodeScalars.first == "=" && source.count > 1
        let fewestLetters: Int? =
            switch prefixes {
            case _ where isLiteral: nil
            case true: 2
            case nil: 4
            case false: nil
            }
        let text = TextOracle(isLiteral ? String(source.dropFirst()) : source, ignoresAccents: ignoresAccents)
        self.init(
            tokens: text.tokens, text: text.units.map(\.text).joined(), fewestLetters: fewestLetters,
            mistakes: isLiteral ? 0 : mistakes)
        guard !tokens.isEmpty else { return nil }
    }

    private init(tokens: [TextOracle.Token], text: String, fewestLetters: Int?, mistakes: Int) {
        self.tokens = tokens
        self.fewestLetters = fewestLetters
        self.mistakes = mistakes
        let isName =
            !tokens.contains(where: \.isLink)
            && text.wholeMatch(of: /([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}([\/?#:][^ ]*)?/) != nil
        name = isName ? Self.core(text) : nil
    }

    /// Whether the keyword is in a text.
    public func stands(in text: TextOracle) -> Bool { stands(in: text.tokens) }

    /// Whether `keyword` is in `text` as ``FoldedText`` divides them. Used for hostile texts: their folding has tests
    /// of its own, and this checks the search alone.
    public static func finds(
        _ keyword: String, in text: String, fewestLetters: Int?, accents: Accents = .count
    ) -> Bool {
        let texts = [keyword, text].map { FoldedText($0, accents: accents) }
        return KeywordOracle(
            tokens: texts[0].oracleTokens, text: texts[0].text, fewestLetters: fewestLetters, mistakes: 0
        ).stands(in: texts[1].oracleTokens)
    }

    private func stands(in text: [TextOracle.Token]) -> Bool {
        if let name, text.contains(where: { $0.isLink && Self.begins($0.text, with: name) }) { return true }
        guard tokens.contains(where: \.isWord) else {
            return text.indices.contains { start in
                tokens.count <= text.count - start && tokens.indices.allSatisfy { text[start + $0] == tokens[$0] }
            }
        }
        // The words and signs of the text in turn: signs, word, signs, word, signs.
        let words = tokens.filter(\.isWord)
        let signs = tokens.split(omittingEmptySubsequences: false, whereSeparator: \.isWord)
        let said = text.filter(\.isWord)
        let saidSigns = text.split(omittingEmptySubsequences: false, whereSeparator: \.isWord)
        guard words.count <= said.count else { return false }
        return (0...(said.count - words.count)).contains { start in
            words.indices.allSatisfy { isTaken(said[start + $0], for: words[$0]) }
                && words.indices.dropFirst().allSatisfy { !words[$0].isAttached || said[start + $0].isAttached }
                && signs.indices.allSatisfy { Self.hold(saidSigns[start + $0], signs[$0]) }
        }
    }

    /// Whether a link is, or begins with, this part of a link.
    private static func begins(_ link: String, with part: String) -> Bool {
        let rest = core(link)
        return rest == part || ["/", "?", "#", ":"].contains { rest.hasPrefix(part + $0) }
    }

    /// Returns a link without its scheme and `www.`, and without a slash at its end.
    private static func core(_ link: String) -> String {
        link.replacing(/^[a-z0-9-]+:\/\//, with: "").replacing(/^www\./, with: "").replacing(/\/+$/, with: "")
    }

    /// Whether the signs `said` are `wanted` once some of them are crossed out.
    static func hold(_ said: ArraySlice<TextOracle.Token>, _ wanted: ArraySlice<TextOracle.Token>) -> Bool {
        guard let first = wanted.first else { return true }
        guard let found = said.firstIndex(of: first) else { return false }
        return hold(said[(found + 1)...], wanted.dropFirst())
    }

    private func isTaken(_ said: TextOracle.Token, for wanted: TextOracle.Token) -> Bool {
        if said.isLink || wanted.isLink {
            return said.isLink && wanted.isLink && Self.begins(said.text, with: Self.core(wanted.text))
        }
        if said == wanted { return true }
        guard said.isWord, wanted.isWord else { return false }
        let letters = wanted.units.count
        let isOfLetters = wanted.units.allSatisfy { $0.kind == .letter }
        let allowed = min(mistakes, !isOfLetters ? 0 : letters >= 8 ? 2 : letters >= 5 ? 1 : 0)
        let takesPrefixes = fewestLetters.map { wanted.isHebrew && wanted.units.count >= $0 } ?? false
        var readings = [said.units]
        for length in 1...6 where takesPrefixes && length < said.units.count {
            let prefix = said.units.prefix(length).map(\.text).joined()
            if Self.prefixes.contains(prefix) { readings.append(Array(said.units.dropFirst(length))) }
        }
        return readings.contains { distance($0, wanted.units) <= allowed }
    }

    /// The prefixes, in their fixed order, each of which may be missing: and; that, when, from which, until when; in,
    /// to, from, as; the.
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

    /// Returns the number of letters that are missing, too many, wrong, or swapped with their neighbour: the
    /// definition, by recursion with a memory.
    private func distance(_ left: [TextOracle.Unit], _ right: [TextOracle.Unit]) -> Int {
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

extension FoldedText {
    fileprivate var oracleTokens: [TextOracle.Token] {
        tokens.enumerated().map { place, token in
            let text = String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
            let units = text.unicodeScalars.map {
                TextOracle.Unit(text: String($0), kind: token.isWord ? .letter : .sign)
            }
            let before = place > 0 ? tokens[place - 1] : nil
            let isAttached = before?.isWord == true && token.isWord && before?.end == token.start
            return TextOracle.Token(units: units, isWord: token.isWord, isAttached: isAttached, isLink: token.isLink)
        }
    }
}
