import Matching

/// A mistake in a regular expression, explained for people: PCRE2 reports a bracket that is never closed only at the
/// end.
struct RegexMistake {
    /// The offset of the mistake in the expression, in scalars.
    let offset: Int
    let message: String
    let hint: String?

    init(_ error: RegularExpression.SyntaxError, in pattern: String) {
        // This part of PCRE2's message is for programmers.
        let words = error.message.replacing(" (PCRE2_DUPNAMES not set)", with: "")
        guard words.hasPrefix("missing closing parenthesis") || words.hasPrefix("missing terminating ]"),
            let open = Self.lastOpen(in: Array(pattern.unicodeScalars))
        else {
            offset = error.offset
            message = "the regex goes wrong here: \(words)"
            let isAboutOneSign = words.hasPrefix("quantifier does not") || words.hasPrefix("unmatched closing")
            hint = isAboutOneSign ? "write '\\' before it where the sign itself is meant" : nil
            return
        }
        offset = open.offset
        message = "the '\(open.sign)' of the regex that begins here is never closed"
        hint = "close it, or write '\\\(open.sign)' where the sign itself is meant"
    }

    private static func lastOpen(in scalars: [Unicode.Scalar]) -> (offset: Int, sign: Unicode.Scalar)? {
        var open: [Int] = []
        var isInClass = false
        var index = 0
        while index < scalars.count {
            switch scalars[index] {
            case "\\": index += 1
            case "[" where !isInClass:
                isInClass = true
                open.append(index)
                // A bracket right at the beginning of a class is a literal.
                if index + 1 < scalars.count, scalars[index + 1] == "^" { index += 1 }
                if index + 1 < scalars.count, scalars[index + 1] == "]" { index += 1 }
            case "]" where isInClass:
                isInClass = false
                open.removeLast()
            case "(" where !isInClass: open.append(index)
            case ")" where !isInClass: _ = open.popLast()
            default: break
            }
            index += 1
        }
        return open.last.map { ($0, scalars[$0]) }
    }
}
