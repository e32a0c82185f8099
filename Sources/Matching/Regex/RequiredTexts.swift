/// A search for texts of which every match of a regular expression holds at least one. With them the expression is part
/// of the index, and is tried only on messages that hold one.
///
/// The parser reads just enough of PCRE2's syntax (pcre2syntax) to be sure. If it meets syntax that it does not know,
/// it finds no texts, which costs time but never a match. Only letters and digits that folding does not change count.
struct RequiredTexts {
    /// The length of the shortest text, in letters; shorter ones are in nearly every message.
    private static let shortest = 2
    /// The most alternatives; more are not worth looking for.
    private static let most = 64

    /// Returns folded texts of which every match holds at least one, or `nil` if none are known.
    static func of(_ pattern: String) -> [[UInt8]]? {
        var parser = RequiredTexts(scalars: Array(pattern.unicodeScalars))
        guard let found = parser.alternatives(), parser.position == parser.scalars.count else { return nil }
        return found.texts
    }

    private let scalars: [Unicode.Scalar]
    private var position = 0

    private init(scalars: [Unicode.Scalar]) {
        self.scalars = scalars
    }

    /// The texts that a part of the pattern needs.
    private struct Found {
        /// Texts of which one is needed; `nil` if none are known.
        var texts: [[UInt8]]?
    }

    // MARK: Parsing. `nil` means: something unknown, leave the whole pattern alone.

    private mutating func alternatives() -> Found? {
        var all: [[UInt8]]? = []
        while true {
            guard let one = sequence() else { return nil }
            if let texts = one.texts, let known = all, known.count + texts.count <= Self.most {
                all = known + texts
            } else {
                all = nil
            }
            guard peek() == "|" else { return Found(texts: all) }
            position += 1
        }
    }

    private mutating func sequence() -> Found? {
        var best: [[UInt8]]?
        var run: [Unicode.Scalar] = []
        func consider(_ texts: [[UInt8]]) {
            func worth(_ texts: [[UInt8]]?) -> Int { texts?.map(\.count).min() ?? 0 }
            if worth(texts) > worth(best) { best = texts }
        }
        func endRun() {
            if run.count >= Self.shortest { consider([Array(String(String.UnicodeScalarView(run)).utf8)]) }
            run = []
        }
        while let next = peek(), next != "|", next != ")" {
            if let letter = Self.folded(next) {
                position += 1
                guard let fewest = quantifier() else {
                    run.append(letter)
                    continue
                }
                if fewest > 0 { run.append(letter) }
                endRun()
                continue
            }
            endRun()
            guard let atom = atom() else { return nil }
            let fewest = quantifier() ?? 1
            if let texts = atom.texts, fewest > 0 { consider(texts) }
        }
        endRun()
        return Found(texts: best)
    }

    /// Reads one item that is no plain letter or digit.
    private mutating func atom() -> Found? {
        guard let first = peek() else { return nil }
        switch first {
        case "\\": return escape()
        case "[": return characterClass()
        case "(": return group()
        default:
            position += 1
            return Found(texts: nil)
        }
    }

    private mutating func escape() -> Found? {
        position += 1
        guard let kind = peek() else { return nil }
        position += 1
        switch kind {
        case "d", "D", "w", "W", "s", "S", "h", "H", "v", "V", "R", "X", "b", "B", "A", "z", "Z", "G", "n", "r", "t",
            "f",
            "e", "a":
            return Found(texts: nil)
        case "p", "P":
            if peek() == "{" { return skip(past: "}") }
            position += 1
            return Found(texts: nil)
        case "x" where peek() == "{":
            return skip(past: "}")
        case _ where kind.value < 0x80 && (kind.properties.isAlphabetic || kind.properties.numericType != nil):
            // References, quotations, control characters and future syntax: no text is certain.
            return nil
        default:
            return Found(texts: nil)
        }
    }

    private mutating func characterClass() -> Found? {
        position += 1
        if peek() == "^" { position += 1 }
        if peek() == "]" { position += 1 }
        while let next = peek() {
            position += 1
            switch next {
            case "]": return Found(texts: nil)
            case "\\":
                guard let escaped = peek(), escaped != "Q", escaped != "E" else { return nil }
                position += 1
            case "[" where peek() == ":":
                guard skip(past: "]") != nil else { return nil }
            case "[":
                // A literal bracket here, or the start of newer syntax.
                if let sign = peek(), sign == "." || sign == "=" { return nil }
            default: break
            }
        }
        return nil
    }

    private mutating func group() -> Found? {
        position += 1
        var isAssertion = false
        if peek() == "*" { return nil }
        if peek() == "?" {
            position += 1
            guard let kind = peek() else { return nil }
            position += 1
            switch kind {
            case ":", ">", "|": break
            case "=", "!": isAssertion = true
            // PCRE2 ignores a comment: in `ab(?#x){0}` the `b` need not be there.
            case "#": return nil
            case "<" where peek() == "=" || peek() == "!":
                position += 1
                isAssertion = true
            case "<": guard skip(past: ">") != nil else { return nil }
            case "'": guard skip(past: "'") != nil else { return nil }
            case "P" where peek() == "<": guard skip(past: ">") != nil else { return nil }
            case "i", "m", "s", "-":
                position -= 1
                while let flag = peek(), "ims-".unicodeScalars.contains(flag) { position += 1 }
                if peek() == ")" {
                    position += 1
                    return Found(texts: nil)
                }
                guard peek() == ":" else { return nil }
                position += 1
            default: return nil
            }
        }
        guard let inside = alternatives(), peek() == ")" else { return nil }
        position += 1
        return isAssertion ? Found(texts: nil) : inside
    }

    /// Reads a quantifier and returns the least number of repetitions; `nil` if no quantifier follows.
    private mutating func quantifier() -> Int? {
        var fewest: Int
        switch peek() {
        case "*", "?": fewest = 0
        case "+": fewest = 1
        case "{":
            // A brace that begins no quantifier is a literal; a least number of 0 is right for both.
            let digits = scalars[(position + 1)...].prefix { ("0"..."9").contains($0) }
            fewest = Int(String(String.UnicodeScalarView(digits))) ?? 0
            let rest = scalars[(position + 1 + digits.count)...].prefix { $0 == "," || ("0"..."9").contains($0) }
            let end = position + 1 + digits.count + rest.count
            guard end < scalars.count, scalars[end] == "}" else {
                position += 1
                return 0
            }
            position = end
        default: return nil
        }
        position += 1
        if peek() == "?" || peek() == "+" { position += 1 }
        // Of two quantifiers in a row, as in `a{2}{0}`, the weaker one counts.
        if let more = quantifier() { fewest = min(fewest, more) }
        return fewest
    }

    private func peek() -> Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

    private mutating func skip(past end: Unicode.Scalar) -> Found? {
        guard let found = scalars[position...].firstIndex(of: end) else { return nil }
        position = found + 1
        return Found(texts: nil)
    }

    /// Returns the folded form of a letter or digit that folding leaves as it is except for its case; `nil` for any
    /// other scalar.
    private static func folded(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
        switch scalar {
        case "a"..."z", "0"..."9", "\u{5D0}"..."\u{5EA}": scalar
        case "A"..."Z": Unicode.Scalar(scalar.value + 32)
        default: nil
        }
    }
}
