import Foundation
import MatchingOracles
import Responder

/// A rule as the oracle and the random generator know it.
struct OracleRule {
    var id = ""
    var file = 0
    var priority = 0
    var continues = false
    var replies = true
    var prefixes: Bool?
    /// The accents setting of the rule, `ignore` or `count`; `nil` if it has none.
    var accents: String?
    var any: [String] = []
    var all: [String] = []
    var none: [String] = []
    var exact: [String] = []
    var starts: [String] = []
    var contains: [String] = []
    var regex: [String] = []
    var fuzzy = 0
    var types: [MessageType] = []

    /// The keys of its match, which count the conditions that were really tested.
    var keys: [String] {
        let lists = [
            ("any", any), ("all", all), ("none", none), ("exact", exact), ("starts", starts), ("contains", contains),
            ("regex", regex),
        ]
        var keys = lists.filter { !$0.1.isEmpty }.map(\.0)
        if fuzzy > 0 { keys.append("fuzzy") }
        if !types.isEmpty { keys.append("type") }
        if keys.isEmpty { keys.append("anything") }
        if continues { keys.append("continue") }
        return keys
    }
}

/// Rules of two files, answered by the letter of `rules-language.md`.
struct OracleRules {
    /// The rules, in the order of the files and of their places in them.
    var rules: [OracleRule] = []
    /// The prefixes setting of each file; `nil` if it has none.
    var filePrefixes: [Bool?] = [nil, nil]
    /// The accents setting of each file; `nil` if it has none.
    var fileAccents: [String?] = [nil, nil]
    var words: [String: [String]] = [:]

    /// A message that is folded once for all rule sets that are asked about it.
    struct Reading {
        let message: Message
        let text: TextOracle?
        let textWithoutAccents: TextOracle?
        let raw: String

        init(_ message: Message) {
            self.message = message
            let said: String? =
                switch message.type {
                case .text, .button, .list: message.body
                case .image, .audio, .video, .ptt, .document: message.caption
                default: nil
                }
            text = said.map { TextOracle($0) }
            textWithoutAccents = said.map { TextOracle($0, ignoresAccents: true) }
            let bidi: Set<UInt32> = Set([0x61C, 0x200E, 0x200F]).union(0x202A...0x202E).union(0x2066...0x2069)
            let seen = (said ?? "").unicodeScalars.filter { !bidi.contains($0.value) }
            raw = seen.map { TextOracle.number($0).map(String.init) ?? String($0) }.joined()
                .replacing(/^[\s\p{Cc}\x{200B}\x{2060}\x{FEFF}]+/.matchingSemantics(.unicodeScalar), with: "")
                .replacing(/[\s\p{Cc}\x{200B}\x{2060}\x{FEFF}]+$/.matchingSemantics(.unicodeScalar), with: "")
                .replacing(/\r\n?/.matchingSemantics(.unicodeScalar), with: "\n")
                .replacing(/([0-9#*])[\x{FE0E}\x{FE0F}\x{20E3}]+/.matchingSemantics(.unicodeScalar)) { $0.output.1 }
        }
    }
}

/// The same rules with their keywords prepared.
struct OracleMatcher {
    private struct Ready {
        var rule: OracleRule
        var ignoresAccents: Bool
        var any: [KeywordOracle]
        /// One list for each entry: a word set is one entry of many words.
        var all: [[KeywordOracle]]
        var none: [KeywordOracle]
        var exact: [TextOracle]
        var starts: [TextOracle]
        var contains: [TextOracle]
        var regex: [NSRegularExpression]
    }

    private let ready: [Ready]

    init(_ set: OracleRules) throws {
        func expand(_ words: [String]) -> [String] {
            words.flatMap { word in word.hasPrefix("$") ? set.words[String(word.dropFirst())] ?? [word] : [word] }
        }
        ready = try set.rules.map { rule in
            let prefixes = rule.prefixes ?? set.filePrefixes[rule.file]
            let ignoresAccents = (rule.accents ?? set.fileAccents[rule.file]) == "ignore"
            func keywords(_ words: [String], _ mistakes: Int) -> [KeywordOracle] {
                expand(words).compactMap {
                    KeywordOracle($0, prefixes: prefixes, mistakes: mistakes, ignoresAccents: ignoresAccents)
                }
            }
            func texts(_ words: [String]) -> [TextOracle] {
                expand(words).map { TextOracle($0, ignoresAccents: ignoresAccents) }
            }
            return Ready(
                rule: rule, ignoresAccents: ignoresAccents, any: keywords(rule.any, rule.fuzzy),
                all: rule.all.map { keywords([$0], rule.fuzzy) },
                none: keywords(rule.none, 0), exact: texts(rule.exact), starts: texts(rule.starts),
                contains: texts(rule.contains),
                regex: try rule.regex.map { try NSRegularExpression(pattern: $0, options: .caseInsensitive) })
        }
    }

    /// Returns the rule that answers. Of all rules that match, up to the first that does not continue, that is the last
    /// with a reply, or else the first.
    func answering(_ reading: OracleRules.Reading) -> OracleRule? {
        var hits: [OracleRule] = []
        let highest = Set(ready.map(\.rule.priority)).sorted(by: >)
        search: for priority in highest {
            for entry in ready where entry.rule.priority == priority && matches(entry, reading) {
                hits.append(entry.rule)
                if !entry.rule.continues { break search }
            }
        }
        return hits.last(where: \.replies) ?? hits.first
    }

    private func matches(_ entry: Ready, _ reading: OracleRules.Reading) -> Bool {
        if !entry.rule.types.isEmpty, !entry.rule.types.contains(reading.message.type) { return false }
        if entry.rule.keys.allSatisfy({ ["type", "anything", "continue"].contains($0) }) { return true }
        guard let text = entry.ignoresAccents ? reading.textWithoutAccents : reading.text else { return false }
        if !entry.any.isEmpty, !entry.any.contains(where: { $0.stands(in: text) }) { return false }
        if !entry.all.allSatisfy({ $0.contains { $0.stands(in: text) } }) { return false }
        if entry.none.contains(where: { $0.stands(in: text) }) { return false }
        if !entry.exact.isEmpty, !entry.exact.contains(where: text.isWhole) { return false }
        if !entry.starts.isEmpty, !entry.starts.contains(where: { text.begins(with: $0.units) }) { return false }
        if !entry.contains.isEmpty, !entry.contains.contains(where: { text.holds($0.units) }) { return false }
        if entry.regex.isEmpty { return true }
        let range = NSRange(reading.raw.startIndex..., in: reading.raw)
        return entry.regex.contains { $0.firstMatch(in: reading.raw, range: range) != nil }
    }
}
