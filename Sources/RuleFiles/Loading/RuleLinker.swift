import Matching
import Responder

/// Makes rules of the drafts of all files: looks up word sets, compiles patterns, checks texts and ids.
struct RuleLinker {
    private struct ReadFile {
        var draft: RuleFileDraft
        var reader: Reader
    }

    private var files: [ReadFile] = []

    mutating func read(_ file: SourceFile) {
        let reader = Reader(file)
        var draft = RuleFileDraft()
        let (node, diagnostics) = YAMLParser.parse(file)
        reader.append(diagnostics)
        if let node {
            RuleSections.file.read(node, into: &draft, reader)
            if draft.version == nil, !reader.diagnostics.hasErrors {
                reader.error(
                    SourceRange(line: 1, column: 1), "a rules file begins with its version", hint: "add 'version: 1'")
            }
        }
        files.append(ReadFile(draft: draft, reader: reader))
    }

    /// The rules of all files, and everything there is to say about them.
    func link() -> (rules: [Rule], diagnostics: [Diagnostic]) {
        var rules: [Rule] = []
        var ids: [String: Place] = [:]
        for file in files {
            for draft in file.draft.rules {
                let rule = rule(draft, in: file)
                if let id = draft.id {
                    let place = Place(file: file.reader.file.path, line: id.node.range.line)
                    if let first = ids[id.value] {
                        file.reader.error(
                            id.node.range, "the id '\(id.value)' is taken",
                            hint: "by the rule at \(first.file):\(first.line)"
                        )
                    } else {
                        ids[id.value] = place
                    }
                }
                if let rule, draft.isEnabled { rules.append(rule) }
            }
        }
        let diagnostics = files.flatMap { file in
            file.reader.diagnostics.enumerated().sorted {
                let (left, right) = ($0.element.range, $1.element.range)
                if left == right { return $0.offset < $1.offset }
                guard let left, let right else { return left == nil }
                return left < right
            }.map(\.element)
        }
        return (rules, diagnostics)
    }

    private func rule(_ draft: RuleDraft, in file: ReadFile) -> Rule? {
        let reader = file.reader
        if draft.id == nil { reader.error(draft.range, "a rule needs an 'id'", hint: "a short name of your choice") }
        if draft.match == nil {
            reader.error(draft.range, "a rule needs a 'match'", hint: "for every message: 'match: anything'")
        }
        if let id = draft.id, id.value.count > 100 || id.value.contains(where: { $0.isNewline || $0.isWhitespace }) {
            reader.error(id.node.range, "an id has no spaces and at most 100 characters")
        }
        guard let id = draft.id?.value, let asked = draft.match else { return nil }
        let settings = file.draft.settings
        let (match, captures) = match(asked, prefixes: draft.prefixes ?? settings.prefixes, in: file)
        let answer = answer(draft, captures: captures, in: file)
        let expired = (draft.expired ?? settings.expired).map { self.expired($0, captures: captures, reader) }
        return Rule(
            id: id, place: Place(file: reader.file.path, line: draft.range.line), priority: draft.priority,
            continues: draft.continues, match: match, answer: answer, expired: expired
        )
    }

    // MARK: match

    private func match(
        _ draft: MatchDraft, prefixes: Phrase.Prefixes, in file: ReadFile
    ) -> (Match, TextTags.Captures) {
        var match = Match()
        let phrase: (String) -> TextPattern? = { Phrase($0, prefixes: prefixes).map(TextPattern.phrase) }
        match.any = needles(draft.any, in: file, phrase)
        match.all = needles(draft.all, in: file, phrase)
        match.none = needles(draft.none, in: file, phrase)
        match.exact = needles(draft.exact, in: file, TextPattern.exact)
        match.starts = needles(draft.starts, in: file, TextPattern.starts)
        match.contains = needles(draft.contains, in: file, TextPattern.contains)
        match.types = Set(draft.types)
        var captures: TextTags.Captures?
        for source in draft.regex {
            do {
                let expression = try RegularExpression(source.value)
                match.regex.append(expression)
                let names = Set(expression.names.keys.map { "match.\($0)" }).union(
                    (0...expression.groupCount).map { "match.\($0)" }
                )
                captures =
                    captures.map {
                        .init(all: $0.all.intersection(names), some: $0.some.union(names))
                    } ?? .init(all: names, some: names)
            } catch {
                file.reader.error(
                    file.reader.place(of: error.offset, in: source.node), "the regex is wrong here: \(error.message)"
                )
            }
        }
        return (match, captures ?? TextTags.Captures())
    }

    private func needles(
        _ words: [Located<String>], in file: ReadFile, _ pattern: (String) -> TextPattern?
    ) -> [Match.Needle] {
        words.compactMap { word in
            guard word.value.hasPrefix("$"), word.value.count > 1,
                word.value.dropFirst().allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" || $0 == "-" })
            else {
                guard let pattern = pattern(word.value) else {
                    file.reader.error(
                        word.node.range, "nothing of '\(word.value)' can be looked for",
                        hint: "use letters, digits or emoji")
                    return nil
                }
                return Match.Needle(wordings: [.init(pattern: pattern, source: word.value)], source: word.value)
            }
            let name = String(word.value.dropFirst())
            guard let set = wordSet(name, in: file) else {
                let known = files.flatMap { $0.draft.words.map(\.value.name) }
                let near = Suggestion.nearest(to: name, among: known)
                file.reader.error(
                    word.node.range, "unknown word set '\(word.value)'",
                    hint: near.map { "did you mean '$\($0)'?" } ?? "define it under 'words:'"
                )
                return nil
            }
            return Match.Needle(
                wordings: set.words.compactMap { word in
                    pattern(word.value).map { .init(pattern: $0, source: word.value) }
                }, source: word.value
            )
        }
    }

    /// A file's own word set comes before one of the same name in another file.
    private func wordSet(_ name: String, in file: ReadFile) -> (name: String, words: [Located<String>])? {
        let own = file.draft.words.first { $0.value.name == name }
        return (own ?? files.lazy.flatMap(\.draft.words).first { $0.value.name == name })?.value
    }

    // MARK: answer

    private func answer(_ draft: RuleDraft, captures: TextTags.Captures, in file: ReadFile) -> Rule.Answer? {
        let reader = file.reader
        let ignore = draft.ignore.flatMap { $0.value ? $0 : nil }
        let places = [draft.reply?.node, draft.template?.node, ignore?.node].compactMap { $0?.range }
        if places.count > 1 {
            reader.error(
                places.max() ?? draft.range, "a rule answers in one way only",
                hint: "keep one of reply, template and ignore")
        }
        if places.isEmpty, !draft.continues {
            reader.error(draft.range, "the rule does nothing", hint: "add reply, template or ignore")
        }
        if let reply = draft.reply {
            if reply.value.isEmpty { reader.error(reply.node.range, "the reply is empty") }
            return .reply(
                reply.value.compactMap { bubble in
                    guard let text = bubble.text, let checked = text.checked(captures: captures, reader) else {
                        return nil
                    }
                    return Rule.Bubble(text: checked, quote: bubble.quote ?? draft.quote ?? file.draft.settings.quote)
                }
            )
        }
        if let template = draft.template { return .template(template.value.linked(captures: captures, reader)) }
        return ignore == nil ? nil : .ignore
    }

    private func expired(_ draft: ExpiredDraft, captures: TextTags.Captures, _ reader: Reader) -> Rule.Expired {
        switch draft {
        case .silent: .silent
        case .template(let template): .template(template.linked(captures: captures, reader))
        }
    }
}

extension TemplateDraft {
    /// The template with its texts checked.
    func linked(captures: TextTags.Captures, _ reader: Reader) -> TemplateMessage {
        TemplateMessage(
            name: name?.value ?? "", language: language, header: header,
            variables: variables.compactMap { TextTags.check($0, captures: captures, reader) }
        )
    }
}

extension Located<String> {
    /// The longest text the providers take, in characters.
    private static var longestText: Int { 4096 }

    fileprivate func checked(captures: TextTags.Captures, _ reader: Reader) -> RuleText? {
        if value.utf16.count > Self.longestText {
            reader.error(
                node.range, "the text has \(value.utf16.count) characters, a message takes at most \(Self.longestText)",
                hint: "split it into a list of texts"
            )
        }
        return TextTags.check(self, captures: captures, reader)
    }
}
