import Matching
import Responder

/// Warns of rules that are valid but most likely not meant.
public struct RuleLint: Sendable {
    /// Whether the configuration has a template for messages whose window has shut.
    public var hasConfiguredFallback = false

    /// Creates a lint that knows nothing of a configuration.
    public init() {}

    /// Records warnings about the linked rules.
    ///
    /// - Parameter isWhole: Whether all rules are there, or only those of files without errors.
    func check(_ linked: RuleLinker.Linked, _ ruleSet: RuleSet, isWhole: Bool = true) {
        checkShadowing(linked, ruleSet)
        // Missing rules may set state that the others ask for, or ask for state that the others set.
        if isWhole { StateLint(linked.rules).check() }
        for rule in linked.rules {
            checkDoubles(rule)
            checkCatchAll(rule)
            checkCutTexts(rule)
            checkSigns(rule)
            BroadMatchLint.check(rule)
            checkTextless(rule)
            checkOptOut(rule)
            // Missing rules may answer the choices.
            if isWhole { ChoiceLint.check(rule, ruleSet) }
            for text in rule.draft.texts {
                FormattingLint.check(text, rule.file.reader)
                MarkupLint.check(text, rule.file.reader)
            }
            for source in rule.draft.match?.regex ?? [] {
                SlashLint.check(regex: source, rule.file.reader)
                checkUnseen(source, rule.file.reader)
            }
            for word in rule.draft.match?.allWords ?? [] { SlashLint.check(keyword: word, rule.file.reader) }
            for (source, regex) in zip(rule.draft.match?.regex ?? [], rule.rule.match.regex) {
                RegexLint.check(source, regex, rule.file.reader)
                BroadMatchLint.check(source, regex, rule.file.reader)
            }
        }
        for rules in linked.rules.byFile {
            for word in (rules[0].file.draft.words ?? []).flatMap(\.value.words) {
                SlashLint.check(keyword: word, rules[0].file.reader)
            }
            checkExpired(rules)
            checkTests(rules)
        }
    }

    // MARK: Rules among each other

    private func checkShadowing(_ linked: RuleLinker.Linked, _ ruleSet: RuleSet) {
        let rules = Dictionary(linked.rules.map { ($0.rule.id, $0) }, uniquingKeysWith: { first, _ in first })
        for shadowing in ruleSet.shadowings() {
            guard let rule = rules[shadowing.rule], let other = rules[shadowing.by] else { continue }
            let reader = rule.file.reader
            let isHere = other.rule.place.file == rule.rule.place.file
            let place = isHere ? "line \(other.rule.place.line)" : "\(other.rule.place.file):\(other.rule.place.line)"
            guard let keyword = shadowing.keyword else {
                reader.warning(
                    rule.draft.id?.node.range ?? rule.draft.range,
                    "'\(shadowing.rule)' can never answer: '\(shadowing.by)' (\(place)) comes first and answers all it would",
                    hint: "give it a higher 'priority', or narrow the other", code: "shadowed-rule")
                continue
            }
            reader.warning(
                rule.draft.range(ofKeyword: keyword, in: rule.rule),
                "'\(keyword)' never leads here: '\(shadowing.by)' (\(place)) comes first and answers every message with it",
                hint: "give this rule a higher 'priority', or remove the keyword", code: "shadowed-keyword")
        }
    }

    // MARK: One rule

    private func checkDoubles(_ linked: RuleLinker.LinkedRule) {
        for needles in [linked.rule.match.any, linked.rule.match.all, linked.rule.match.exact] {
            var seen: [TextPattern: String] = [:]
            for wording in needles.flatMap(\.wordings) {
                if let first = seen[wording.pattern] {
                    let isSame = first == wording.source
                    linked.file.reader.warning(
                        linked.draft.range(ofKeyword: wording.source, in: linked.rule),
                        isSame
                            ? "'\(first)' stands here twice"
                            : "'\(wording.source)' and '\(first)' find the same messages",
                        hint: "keep one of them", code: "double-keyword")
                }
                seen[wording.pattern] = seen[wording.pattern] ?? wording.source
            }
        }
    }

    private func checkCatchAll(_ linked: RuleLinker.LinkedRule) {
        let rule = linked.rule
        guard !rule.match.asksForText, linked.answersEachTime else { return }
        linked.file.reader.warning(
            linked.draft.match?.range ?? linked.draft.range,
            rule.match.types.isEmpty
                ? "this rule answers every message, each time anew"
                : "this rule answers every message of its types, each time anew",
            hint: "add 'cooldown: 12h', so that nobody gets it in a row",
            code: "no-cooldown")
    }

    private func checkOptOut(_ linked: RuleLinker.LinkedRule) {
        let rule = linked.rule
        guard rule.match.asksForNothing, rule.effects.optOut == true, rule.conditions.isEmpty else { return }
        linked.file.reader.warning(
            linked.draft.optOut?.node.range ?? linked.draft.range,
            "this rule opts out everybody who writes, and nobody gets an answer any more",
            hint: "match the words by which people opt out", code: "opts-everybody-out")
    }

    /// Warns of words that are looked for in messages without any.
    private func checkTextless(_ linked: RuleLinker.LinkedRule) {
        let match = linked.rule.match
        guard match.asksForText, !match.types.isEmpty, match.types.isSubset(of: [.sticker, .ptt, .audio]) else {
            return
        }
        let names = match.types.map { $0 == .ptt ? "voice" : $0.rawValue }.sorted().joined(separator: " or ")
        linked.file.reader.warning(
            linked.draft.match?.range ?? linked.draft.range,
            "a message of type \(names) has no text, so this rule never answers",
            hint: "ask for the type alone, and for words in a rule of their own", code: "textless-type")
    }

    /// Warns of a text without quotes that ends at ` #`, which begins a comment. If a word follows the sign directly,
    /// it was most likely meant as text.
    private func checkCutTexts(_ linked: RuleLinker.LinkedRule) {
        let reader = linked.file.reader
        for text in linked.draft.texts + (linked.draft.match?.allWords ?? []) {
            guard case .scalar(_, .plain) = text.node.content, let place = reader.comment(behind: text.node) else {
                continue
            }
            reader.warning(
                place, "what follows here is a comment and no longer part of the text",
                hint: "put quotes around the whole text", code: "cut-text")
        }
    }

    /// A regex for a variable in one pair of braces.
    private static let singleBraces = try? RegularExpression(#"(?<!\{)\{[a-z]+\.[A-Za-z0-9_.]+\}{1,2}(?!\})"#)

    /// What other tools write for every message.
    private static let wordsForAll: Set<String> = ["any", "all", "everything", "every", "*", ".*", "**"]

    /// Warns of signs that look like YAML syntax but are part of a text.
    private func checkSigns(_ linked: RuleLinker.LinkedRule) {
        let reader = linked.file.reader
        let isAlone = linked.draft.match?.allWords.count == 1
        for word in linked.draft.match.map({ $0.any + $0.all + $0.none }) ?? [] {
            if word.value == "anything" || isAlone && Self.wordsForAll.contains(word.value) {
                reader.warning(
                    word.node.range,
                    "this looks for \(word.value.contains { $0.isLetter } ? "the word" : "the sign") '\(word.value)'",
                    hint: "for every message write 'match: anything'",
                    code: "quoted-anything")
            }
            if isBrokenList(word) {
                reader.warning(
                    word.node.range, "this is one phrase: the message must say all of it",
                    hint: LookAlike.dash(at: word.value).map { "for a list: \($0.message); \($0.hint)" }
                        ?? "for a list begin each line with '- ', with a space behind the sign", code: "broken-list")
                continue
            }
            guard Self.wildcard(in: word.value) == nil else { continue }
            let parts = word.value.split(whereSeparator: { ",;،".contains($0) })
            guard parts.count > 1, parts.allSatisfy({ Phrase(String($0)) != nil }) else { continue }
            let list = parts.map { $0.trimmingPrefix(" ") }.joined(separator: ", ")
            reader.warning(
                word.node.range, "this is one phrase: the message must say all of it",
                hint: "for any of them write a list: [\(list)]", code: "comma-in-keyword")
        }
        for word in linked.draft.match?.allWords ?? [] where !isBrokenList(word) {
            guard let wild = Self.wildcard(in: word.value) else { continue }
            reader.warning(
                word.node.range, "'\(wild)' stands for no other letters: it is looked for as it is",
                hint: wild == "*"
                    ? "write it without the sign; to find it within words too, under contains:"
                    : "for any of them write a list",
                code: "wildcard")
        }
        for text in linked.draft.texts {
            guard text.value.utf8.contains(UInt8(ascii: "{")),
                case .match(let groups) = Self.singleBraces?.firstMatch(in: text.value), let brace = groups[0]
            else { continue }
            let name = brace.dropFirst().prefix { $0 != "}" }
            let place = Array(text.value.unicodeScalars).firstRange(of: Array(brace.unicodeScalars))?.lowerBound
            reader.warning(
                place.map { reader.place(of: $0, in: text.node) } ?? text.node.range,
                "'\(brace)' is sent as it stands", hint: "a variable has two braces: {{\(name)}}",
                code: "single-braces")
        }
        for text in linked.draft.texts + (linked.draft.match?.allWords ?? []) {
            guard case .scalar(let value, .plain) = text.node.content, let first = value.first, let last = value.last,
                "“”„״".contains(first), "“”״".contains(last)
            else { continue }
            reader.warning(
                text.node.range, "these quotes are part of the text: for YAML only \" and ' are quotes",
                hint: "write \" at both ends", code: "curly-quotes")
        }
    }

    /// Returns the sign that other tools take for any letters, or for a choice: `order*`, `sale|discount`.
    private static func wildcard(in keyword: String) -> String? {
        let parts = keyword.split(separator: "|", omittingEmptySubsequences: false)
        if parts.count > 1, parts.allSatisfy({ $0.contains(where: \.isLetter) }) { return "|" }
        let isBold = keyword.hasPrefix("*") && keyword.hasSuffix("*")
        let isAtEnd = keyword.hasSuffix("*") || keyword.hasPrefix("*")
        return isAtEnd && !isBold && keyword.contains(where: \.isLetter) ? "*" : nil
    }

    /// Whether lines were meant as a list but lack the dashes, or the spaces after them.
    private func isBrokenList(_ word: Located<String>) -> Bool {
        guard case .scalar(let text, .plain) = word.node.content, let first = text.first else { return false }
        let isOverLines = word.node.range.length == 1 && text.count > 1
        let isMarked = "-־–—•*".contains(first) && text.dropFirst().contains(where: \.isLetter)
        return isOverLines || isMarked
    }

    /// Warns of signs in a regex that people can't see: spaces of other kinds, and what \b is in double quotes.
    private func checkUnseen(_ regex: Located<String>, _ reader: Reader) {
        let scalars = Array(regex.value.unicodeScalars)
        if let place = scalars.firstIndex(of: "\u{8}") {
            reader.warning(
                reader.place(of: place, in: regex.node), "in double quotes, \\b is a sign that no message has",
                hint: "write this regex in single quotes", code: "backspace")
        }
        guard let place = scalars.firstIndex(where: LookAlike.isSpace) else { return }
        reader.warning(
            reader.place(of: place, in: regex.node),
            "\(LookAlike.name(of: scalars[place])) stands in this regex, and no other space fits it",
            hint: "type a plain space, or write \\s for any", code: "odd-space")
    }

    // MARK: One file

    private func checkExpired(_ rules: [RuleLinker.LinkedRule]) {
        guard !hasConfiguredFallback else { return }
        let silent = rules.filter { linked in
            switch linked.rule.answer {
            case .reply, .oneOf: linked.rule.expired == nil
            case .template, .ignore, nil: false
            }
        }
        guard let first = silent.first else { return }
        let more = silent.count == 1 ? "this rule stays" : "this rule and \(silent.count - 1) more of the file stay"
        first.file.reader.warning(
            first.draft.id?.node.range ?? first.draft.range, "\(more) silent once the 24-hour window has shut",
            hint: "add 'expired' to settings: {template: NAME}, or 'expired: silent'", code: "no-expired")
    }

    private func checkTests(_ rules: [RuleLinker.LinkedRule]) {
        let named = rules.reduce(into: Set<String>()) { names, linked in
            let tests = linked.file.draft.tests + linked.draft.tests
            for step in tests.flatMap({ ($0.conversation ?? []) + [$0.step] }) {
                if let rule = step.expect?.rule?.value { names.insert(rule) }
            }
        }
        let untested = rules.filter { $0.draft.tests.isEmpty && !named.contains($0.rule.id) }
        guard let first = untested.first else { return }
        let names = untested.dropFirst().prefix(5).map { "'\($0.rule.id)'" }.joined(separator: ", ")
        let more = untested.count > 6 ? " and \(untested.count - 6) more" : ""
        first.file.reader.warning(
            first.draft.id?.node.range ?? first.draft.range,
            "no test says what '\(first.rule.id)' answers\(untested.count > 1 ? "; nor \(names)\(more)" : "")",
            hint: "add 'tests:' with a message: - says: …", code: "no-tests")
    }
}

extension Condition {
    /// Whether the condition holds only now and then in one conversation, so that a rule for everything does not repeat
    /// itself.
    fileprivate var isRare: Bool {
        switch self {
        case .state, .firstContact(true), .idle: true
        default: false
        }
    }
}

extension RuleLinker.LinkedRule {
    /// Whether the rule answers a contact as often as its match holds, in every conversation.
    var answersEachTime: Bool {
        guard rule.match.replyingTo == nil, rule.match.choices.isEmpty, rule.cooldown == nil,
            !rule.conditions.contains(where: \.isRare)
        else {
            return false
        }
        switch rule.answer {
        case nil, .ignore: return false
        case .reply, .oneOf, .template: return true
        }
    }
}

extension [RuleLinker.LinkedRule] {
    /// The rules of each file, in the order of the files.
    fileprivate var byFile: [[RuleLinker.LinkedRule]] {
        var files: [String] = []
        var rules: [String: [RuleLinker.LinkedRule]] = [:]
        for rule in self {
            let file = rule.rule.place.file
            if rules[file] == nil { files.append(file) }
            rules[file, default: []].append(rule)
        }
        return files.compactMap { rules[$0] }
    }
}

extension RuleDraft {
    /// The texts of the answer, without those of templates.
    fileprivate var texts: [Located<String>] {
        ((reply?.value ?? []) + (oneOf?.value ?? [])).compactMap { $0.text ?? $0.caption }
    }

    /// Returns the place of a keyword, or of the `$name` of its word set.
    fileprivate func range(ofKeyword keyword: String, in rule: Rule) -> SourceRange {
        let words = match?.allWords ?? []
        let needles = rule.match.any + rule.match.all + rule.match.exact
        let set = needles.first { $0.wordings.contains { $0.source == keyword } }?.source
        let place = words.last { $0.value == keyword } ?? words.last { $0.value == set }
        return place?.node.range ?? match?.range ?? range
    }
}

extension MatchDraft {
    fileprivate var allWords: [Located<String>] { any + all + none + exact + starts + contains }
}

extension Reader {
    /// Returns the place of the comment right after a value, if its `#` has no space after it.
    fileprivate func comment(behind node: Node) -> SourceRange? {
        guard lines.indices.contains(node.range.line - 1) else { return nil }
        let scalars = scalars(ofLine: node.range.line)
        let end = min(node.range.column - 1 + node.range.length, scalars.count)
        guard let sign = scalars[end...].firstIndex(where: { $0 != " " }), scalars[sign] == "#",
            sign + 1 < scalars.count,
            !" #-=!".unicodeScalars.contains(scalars[sign + 1])
        else { return nil }
        return SourceRange(line: node.range.line, column: sign + 1, length: scalars.count - sign)
    }
}
