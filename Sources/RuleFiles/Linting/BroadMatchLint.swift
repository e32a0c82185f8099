import Matching
import Responder

/// Looks for matches that fit every message although they ask for words.
enum BroadMatchLint {
    /// Warns of a regex that fits every text, such as `price|` or `\s*`. One that takes in the whole message for a group,
    /// such as `(?<answer>.+)`, is meant.
    static func check(_ source: Located<String>, _ regex: RegularExpression, _ reader: Reader) {
        var isWhole = true
        for text in texts(source.value) {
            guard case .match(let groups) = regex.firstMatch(in: text) else { return }
            // The `.` ends with its line.
            isWhole = isWhole && (groups[0] == text || text.contains("\n"))
        }
        if isWhole, regex.groupCount > 0 { return }
        guard case .match = regex.firstMatch(in: "") else {
            warn(source, reader, "for every message write 'match: anything'")
            return
        }
        let isOpen = source.value.hasSuffix("|") || source.value.hasPrefix("|") || source.value.contains("|)")
        warn(
            source, reader,
            isOpen
                ? "remove the '|' beside which nothing stands; for every message write 'match: anything'"
                : "each part of it may be missing: let one be needed; for every message write 'match: anything'")
    }

    private static func warn(_ source: Located<String>, _ reader: Reader, _ hint: String) {
        reader.warning(source.node.range, "this regex fits every message with a text", hint: hint, code: "broad-regex")
    }

    /// Returns texts that have nothing in common, some of them made of one letter of the regex.
    private static func texts(_ pattern: String) -> [String] {
        let letters = Set(pattern.unicodeScalars.prefix(200)).filter { !$0.properties.isWhitespace && $0.value > 0x20 }
        return ["a", "Q", "ש", "م", "7", "!", "🙂", "x\ny", "?\n1 é", "zqj 5 ק"] + letters.map { String($0) }.sorted()
    }

    /// Warns of a rule that answers all messages but some.
    static func check(_ linked: RuleLinker.LinkedRule) {
        let match = linked.rule.match
        guard !match.none.isEmpty, match.any.isEmpty, match.all.isEmpty, match.exact.isEmpty, match.starts.isEmpty,
            match.contains.isEmpty, match.regex.isEmpty, linked.answersEachTime
        else { return }
        linked.file.reader.warning(
            linked.draft.match?.range ?? linked.draft.range,
            "'none' alone fits every message with a text but those, and this rule answers each of them",
            hint: "add 'any' or another condition; if it is meant, add 'cooldown: 12h'", code: "none-alone")
    }
}
