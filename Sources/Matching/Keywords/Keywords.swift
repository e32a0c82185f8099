extension FoldedText {
    /// For each word, the keywords of rules that find it: the word itself and, in Hebrew, what is left of it without the
    /// letters that are written together with what follows, where at least four letters are. Words are folded, signs are
    /// left out.
    public var keywords: [[String]] {
        tokens.filter(\.isWord).map { token in
            let word = bytes[token.range]
            var keywords = [String(decoding: word, as: UTF8.self)]
            HebrewPrefix.forEachEnd(in: word) { end in
                let rest = word.dropFirst(end)
                if let letters = HebrewPrefix.letterCount(rest), letters >= 4 {
                    keywords.append(String(decoding: rest, as: UTF8.self))
                }
            }
            return keywords
        }
    }

    /// The text, folded.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
