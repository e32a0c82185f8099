extension FoldedText {
    /// The keywords that would find each word of the text: the word itself and, in Hebrew, the word without its
    /// attached letters if at least four letters remain. Words are folded; signs are left out.
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

    /// The folded text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}
