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
        let given = node.flatMap { RuleSections.file.read($0, into: &draft, reader) }
        if let given, !given.contains("version") {
            reader.error(
                SourceRange(line: 1, column: 1), "a rules file begins with its version", hint: "add 'version: 1'")
        }
        if given == nil { draft.words = nil }
        files.append(ReadFile(draft: draft, reader: reader))
    }

    /// The rules of all files, and everything there is to say about them.
    func link() -> (rules: [Rule], diagnostics: [Diagnostic]) {
        var rules: [Rule] = []
        var ids: [String: Place] = [:]
        for file in files {
            // Once for the file, not once for each rule: what is wrong with it is wrong once.
            let expired = file.draft.settings.expired.map { self.expired($0, captures: .none, file.reader) }
            for draft in file.draft.rules {
                let rule = rule(draft, expired: expired, in: file)
                if let id = draft.id { note(id, in: file, &ids) }
                if let rule, draft.isEnabled { rules.append(rule) }
            }
        }
        return (rules, files.flatMap(\.reader.ordered))
    }

    private func note(_ id: Located<String>, in file: ReadFile, _ ids: inout [String: Place]) {
        guard let first = ids[id.value] else {
            ids[id.value] = Place(file: file.reader.file.path, line: id.node.range.line)
            return
        }
        let isHere = first.file == file.reader.file.path
        file.reader.error(
            id.node.range, "the id '\(id.value)' is taken",
            hint: "by the rule in \(isHere ? "line \(first.line)" : "\(first.file):\(first.line)")"
        )
    }

    private func rule(_ draft: RuleDraft, expired: Rule.Expired?, in file: ReadFile) -> Rule? {
        let reader = file.reader
        if !draft.given.contains("id") {
            reader.error(draft.range, "a rule needs an 'id'", hint: "a short name of your choice")
        }
        if !draft.given.contains("match") {
            reader.error(draft.range, "a rule needs a 'match'", hint: "for every message: 'match: anything'")
        }
        if let id = draft.id, !(1...100).contains(id.value.count) || id.value.contains(where: \.isWhitespace) {
            reader.error(
                id.node.range, "an id has 1 to 100 characters, and no spaces", hint: "write it like opening-hours")
        }
        let settings = file.draft.settings
        let (match, captures) =
            draft.match.map { self.match($0, prefixes: draft.prefixes ?? settings.prefixes, in: file) }
            ?? (Match(), .unknown)
        let answer = answer(draft, captures: captures, in: file)
        let own = draft.expired.map { self.expired($0, captures: captures, reader) }
        guard let id = draft.id?.value, draft.match != nil else { return nil }
        return Rule(
            id: id, place: Place(file: reader.file.path, line: draft.range.line), priority: draft.priority,
            continues: draft.continues ?? false, match: match, answer: answer, expired: own ?? expired
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
        let names = draft.regex.map { source -> Set<String>? in
            guard let expression = regularExpression(source, file.reader) else { return nil }
            match.regex.append(expression)
            return Set(expression.names.keys.map { "match.\($0)" })
                .union((0...expression.groupCount).map { "match.\($0)" })
        }
        return (match, draft.isSound ? TextTags.Captures(names) : .unknown)
    }

    private func regularExpression(_ source: Located<String>, _ reader: Reader) -> RegularExpression? {
        guard !source.value.isEmpty else {
            reader.error(source.node.range, "the regex is empty", hint: "for every message write 'match: anything'")
            return nil
        }
        do {
            return try RegularExpression(source.value)
        } catch {
            let mistake = RegexMistake(error, in: source.value)
            reader.error(reader.place(of: mistake.offset, in: source.node), mistake.message, hint: mistake.hint)
            return nil
        }
    }

    private func needles(
        _ words: [Located<String>], in file: ReadFile, _ pattern: (String) -> TextPattern?
    ) -> [Match.Needle] {
        words.compactMap { word in
            guard let name = WordSetName(reference: word.value)?.text else {
                guard let pattern = pattern(word.value) else {
                    file.reader.error(
                        word.node.range, "'\(word.value)' holds nothing that can be looked for",
                        hint: "use letters, digits or emoji")
                    return nil
                }
                return Match.Needle(wordings: [.init(pattern: pattern, source: word.value)], source: word.value)
            }
            guard let set = wordSet(name, in: file) else {
                // Where a file is not in order, the set may well be in it.
                guard files.allSatisfy({ $0.draft.words != nil }) else { return nil }
                let known = files.flatMap { $0.draft.words ?? [] }.map(\.value.name)
                let near = Suggestion.nearest(to: name, among: known)
                file.reader.error(
                    word.node.range, "unknown word set '\(word.value)'",
                    hint: near.map { "did you mean '$\($0)'?" } ?? "list its words under 'words:'"
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
        let inOrder = [file] + files
        return inOrder.lazy.compactMap { $0.draft.words?.first { $0.value.name == name } }.first?.value
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
        if isWithoutAnswer(draft) {
            reader.error(draft.range, "the rule does nothing", hint: "add reply, template or ignore")
        }
        if let reply = draft.reply {
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

    /// What is there but not in order has had its own complaint.
    private func isWithoutAnswer(_ draft: RuleDraft) -> Bool {
        var given = draft.given.intersection(["reply", "template", "ignore", "continue"])
        if draft.ignore?.value == false { given.remove("ignore") }
        if draft.continues == false { given.remove("continue") }
        return given.isEmpty
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
        if value.allSatisfy(\.isWhitespace) {
            reader.error(node.range, "the text is empty", hint: "for deliberate silence write 'ignore: true'")
            return nil
        }
        if value.utf16.count > Self.longestText {
            reader.error(
                node.range, "the text has \(value.utf16.count) characters, a message takes at most \(Self.longestText)",
                hint: "split it into a list of texts"
            )
        }
        return TextTags.check(self, captures: captures, reader)
    }
}
