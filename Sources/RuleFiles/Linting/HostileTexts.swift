/// Texts that make a regular expression do much work: repetitions of its own words and of characters that its classes
/// match.
struct HostileTexts {
    /// The literal words of the expression, in its order and without duplicates.
    private let words: [String]
    /// The text that each group matches once, without duplicates: repeated, it can be divided among the group's rounds
    /// in many ways.
    let samples: [String]

    /// Creates texts for an expression.
    ///
    /// - Parameter items: The items of the expression, as ``MatchingWork`` lists them.
    init(items: [String]) {
        var words: [String] = []
        var word = ""
        for item in items + [""] {
            if let letter = Self.letter(item), item.unicodeScalars.count == 1 || item.hasPrefix("\\") {
                word += letter
                continue
            }
            for found in [word, Self.letter(item) ?? ""] where !found.isEmpty && !words.contains(found) {
                words.append(found)
            }
            word = ""
        }
        self.words = Array(words.prefix(8))
        samples = Array(Self.samples(of: items).prefix(8))
    }

    /// Returns texts that each group and each of its alternatives match once.
    private static func samples(of items: [String]) -> [String] {
        var samples: [String] = []
        /// The text that the current alternative has matched, for each open group.
        var open = [""]
        func note(_ sample: String) {
            if !sample.isEmpty, !samples.contains(sample) { samples.append(sample) }
        }
        for item in items {
            if item.hasPrefix("(") {
                open.append("")
            } else if item.hasPrefix(")"), open.count > 1 {
                let sample = open.removeLast()
                note(sample)
                open[open.count - 1] += sample
            } else if item == "|" {
                note(open[open.count - 1])
                open[open.count - 1] = ""
            } else {
                open[open.count - 1] += taken(by: item)
            }
        }
        return samples
    }

    /// Returns a character that the item matches; empty if that is not obvious.
    private static func taken(by item: String) -> String {
        if let letter = letter(item) { return letter }
        let inner = item.hasPrefix("[") ? item.dropFirst() : item[...]
        guard inner.hasPrefix("\\") else { return "" }
        return switch inner.dropFirst().first {
        case "s", "h": " "
        case "d": "1"
        case "w": "a"
        case "p": "א"
        default: ""
        }
    }

    /// Returns all texts, those made for this expression first.
    ///
    /// - Parameter length: The length of each text, in Unicode scalars.
    func texts(length: Int) -> [String] {
        // The words that PCRE2 requires before it begins at all, in an order that does not match.
        let all = words.reversed().joined()
        let marks = words.filter { $0.unicodeScalars.count == 1 && $0.first?.isLetter == false }
        let fillings = words + samples + ["a", "א", "1", " ", "a ", "!"] + marks.map { "a" + $0 }
        return blocks(length: length)
            + fillings.flatMap { filling in
                [("", ""), (all, ""), ("", "\u{1}" + all)].map { Self.text($0.0, filling, $0.1, length) }
            }
    }

    /// Returns texts with the last word first, so that it is present but never found, and the other words in turn or in
    /// blocks.
    private func blocks(length: Int) -> [String] {
        guard let last = words.last, words.count > 1 else { return [] }
        let others = words.dropLast()
        // For `.*x.*y.*z` a match tries every x with every y and the text after them; the sizes keep that below the
        // number of steps that a match may try.
        let size = [0, 2000, 200, 36, 15][min(others.count, 4)]
        let blocks = others.map { word in
            String(repeating: word, count: max(1, min(size, length / 2 / others.count / word.unicodeScalars.count)))
        }
        return [
            Self.text(last + blocks.joined(), "!", "", length), Self.text(last, others.joined(), "", length),
            Self.text(last, others.joined(separator: " ") + " ", "", length),
        ]
    }

    private static func text(_ start: String, _ filling: String, _ end: String, _ length: Int) -> String {
        let room = length - start.unicodeScalars.count - end.unicodeScalars.count
        return start + String(repeating: filling, count: max(1, room / filling.unicodeScalars.count)) + end
    }

    /// Returns a character that the item matches, or `nil` if it matches many or none.
    private static func letter(_ item: String) -> String? {
        guard let first = item.unicodeScalars.first else { return nil }
        switch first {
        case ".", "^", "$", "|", "(", ")": return nil
        case "\\", "[":
            guard let second = item.unicodeScalars.dropFirst().first else { return nil }
            let isPlain =
                first == "\\"
                ? !second.properties.isAlphabetic && second.value > 0x39 || second.value < 0x30
                : second != "^" && second != "\\" && second != "["
            return isPlain ? String(second) : nil
        default: return String(first)
        }
    }
}
