extension FoldedText {
    /// The keywords that would find each word of the text: the word itself and, in Hebrew, the word without its
    /// attached letters if at least four letters remain. Words are folded; signs and
    /// links are left out. Where there are no spaces,
    /// all that stands together is one word.
    public var keywords: [[String]] {
        var words: [Range<Int>] = []
        for token in tokens where token.isWord && !token.isLink {
            if let last = words.last, last.upperBound == token.range.lowerBound {
                words[words.count - 1] = last.lowerBound..<token.range.upperBound
            } else {
                words.append(token.range)
            }
        }
        return words.map { range in
            let word = bytes[range]
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
