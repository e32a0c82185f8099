/// Looks for `*`, `_` and `~` that WhatsApp would show as they are, because nothing closes them.
enum FormattingLint {
    static func check(_ text: Located<String>, _ reader: Reader) {
        var start = 0
        let scalars = Array(text.value.unicodeScalars)
        for end in scalars.indices + [scalars.count] where end == scalars.count || scalars[end] == "\n" {
            for sign in ["*", "_", "~"] as [Unicode.Scalar] {
                guard let index = firstUnbalanced(sign, scalars[start..<end]) else { continue }
                reader.warning(
                    reader.place(of: index, in: text.node),
                    "this '\(sign)' has no partner in its line, so it is shown as it is",
                    hint: "put '\(sign)' at both ends of what it is for, or remove it", code: "unbalanced-formatting")
            }
            start = end + 1
        }
    }

    /// Returns the index of the first sign without a partner. A sign opens before a word and closes after one; within a
    /// word, or between spaces, it is an ordinary character.
    private static func firstUnbalanced(_ sign: Unicode.Scalar, _ line: ArraySlice<Unicode.Scalar>) -> Int? {
        var open: Int?
        var isCertain = false
        for index in line.indices where line[index] == sign {
            let before = index > line.startIndex ? line[index - 1] : " "
            let after = index + 1 < line.endIndex ? line[index + 1] : " "
            let opens = !before.isWordlike && !after.properties.isWhitespace && after != sign
            let closes = !after.isWordlike && !before.properties.isWhitespace && before != sign
            if closes, open != nil {
                open = nil
                isCertain = false
            } else if opens, !isCertain {
                open = index
                // "~5" means about five, unless another one strikes it out.
                isCertain = sign != "~" || !after.properties.isNumber
            } else if closes, before.isWordlike {
                return index
            }
        }
        return isCertain ? open : nil
    }
}

extension Unicode.Scalar {
    fileprivate var isWordlike: Bool { properties.isAlphabetic || properties.isNumber }
}

extension Unicode.Scalar.Properties {
    fileprivate var isNumber: Bool { numericType != nil }
}
