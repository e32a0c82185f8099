import Matching

/// Says whether a keyword is in a text the slow and obvious way: word by word, every prefix spelled out.
public enum PhraseOracle {
    private static let prefixes: [String] = {
        var all = [""]
        for and in ["", "ו"] {
            for that in ["", "ש", "כש", "מש", "לכש"] {
                for preposition in ["", "ב", "ל", "מ", "כ"] {
                    for the in ["", "ה"] { all.append(and + that + preposition + the) }
                }
            }
        }
        return all
    }()

    private static func words(_ text: String, withSymbols: Bool) -> [String] {
        let folded = FoldedText(text)
        return folded.tokens.filter { withSymbols || $0.isWord }.map {
            String(decoding: folded.bytes[Int($0.start)..<Int($0.end)], as: UTF8.self)
        }
    }

    private static func isHebrew(_ word: String) -> Bool {
        word.unicodeScalars.allSatisfy { (0x5D0...0x5EA).contains($0.value) }
    }

    /// Whether `keyword` is in `text`; `fewest` is how many letters a word needs that takes prefixes, nil for none at all.
    public static func finds(_ keyword: String, in text: String, fewest: Int?) -> Bool {
        let wanted = words(keyword, withSymbols: true)
        let hasSymbols = words(keyword, withSymbols: false) != wanted
        let said = words(text, withSymbols: hasSymbols)
        guard wanted.count <= said.count else { return false }
        return (0...(said.count - wanted.count)).contains { start in
            wanted.indices.allSatisfy { offset in
                let word = wanted[offset]
                let takesPrefixes = fewest.map { isHebrew(word) && word.unicodeScalars.count >= $0 } ?? false
                return takesPrefixes
                    ? prefixes.contains { $0 + word == said[start + offset] } : word == said[start + offset]
            }
        }
    }
}
