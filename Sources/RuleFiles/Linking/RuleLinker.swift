import Matching
import Responder

/// Turns the drafts of all files into rules: looks up names, compiles patterns, checks texts and ids.
struct RuleLinker {
    /// A file as written, shared by everything that is created from it.
    final class ReadFile {
        let draft: RuleFileDraft
        let reader: Reader

        init(draft: RuleFileDraft, reader: Reader) {
            self.draft = draft
            self.reader = reader
        }
    }

    /// A rule with its draft and its file.
    struct LinkedRule {
        var rule: Rule
        var draft: RuleDraft
        var file: ReadFile
    }

    /// The result of linking all files.
    struct Linked {
        var rules: [LinkedRule] = []
        var hours: [Hours] = []
        var tests: [RuleTest] = []
    }

    private(set) var files: [ReadFile] = []

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
        if given == nil {
            draft.words = nil
            draft.hours = nil
        }
        files.append(ReadFile(draft: draft, reader: reader))
    }

    /// Everything that has been recorded about the files so far.
    var diagnostics: [Diagnostic] { files.flatMap(\.reader.ordered) }

    /// Returns the rules of all files; disabled rules are checked and left out.
    func link() -> Linked {
        var linked = Linked()
        let catalog = RuleCatalog(files)
        linked.hours = catalog.hours
        var ids: [String: Place] = [:]
        for file in files {
            // Linked once for the file, not once for each rule, so that a mistake in it is recorded once.
            let expired = file.draft.settings.expired.map { self.expired($0, .none, catalog, file.reader) }
            for draft in file.draft.rules {
                let rule = rule(draft, expired: expired, catalog, in: file)
                if let id = draft.id { record(id, in: file, &ids) }
                let tests = draft.tests.compactMap { RuleTestLinker(catalog: catalog, file: file).test($0, of: draft) }
                if draft.isEnabled { linked.tests += tests }
                if let rule, draft.isEnabled { linked.rules.append(LinkedRule(rule: rule, draft: draft, file: file)) }
            }
            linked.tests += file.draft.tests.compactMap {
                RuleTestLinker(catalog: catalog, file: file).test($0, of: nil)
            }
        }
        return linked
    }

    private func record(_ id: Located<String>, in file: ReadFile, _ ids: inout [String: Place]) {
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

    private static func isID(_ text: String) -> Bool {
        (1...100).contains(text.unicodeScalars.count) && !text.unicodeScalars.contains { $0.properties.isWhitespace }
    }

    private func rule(_ draft: RuleDraft, expired: Rule.Expired?, _ catalog: RuleCatalog, in file: ReadFile) -> Rule? {
        let reader = file.reader
        if !draft.given.contains("id") {
            reader.error(draft.range, "a rule needs an 'id'", hint: "a short name of your choice")
        }
        if !draft.given.contains("match") {
            reader.error(draft.range, "a rule needs a 'match'", hint: "for every message: 'match: anything'")
        }
        if let id = draft.id, !Self.isID(id.value) {
            reader.error(
                id.node.range, "an id has 1 to 100 characters, and no spaces", hint: "write it like opening-hours")
        }
        let settings = file.draft.settings
        let matches = MatchLinker(catalog: catalog, file: file)
        let (match, captures) =
            draft.match.map {
                matches.match(
                    $0, prefixes: draft.prefixes ?? settings.prefixes, accents: draft.accents ?? settings.accents)
            } ?? (Match(), .unknown)
        let answer = answer(draft, captures, catalog, in: file)
        let own = draft.expired.map { self.expired($0, captures, catalog, reader) }
        let isOptOut = draft.optOut?.value == true
        if isOptOut, draft.continues == true, let range = draft.optOut?.node.range {
            reader.error(
                range, "a later rule would answer a contact who has just opted out",
                hint: "remove 'continue', and write the last words into this rule")
        }
        let conditions = draft.when.map { ConditionLinker(catalog: catalog, reader: reader).conditions($0) }
        let effects = EffectLinker(catalog: catalog, reader: reader).effects(draft, captures)
        let timing = timing(draft, catalog, reader)
        guard let id = draft.id?.value, draft.match != nil else { return nil }
        var rule = Rule(
            id: id, place: Place(file: reader.file.path, line: draft.range.line), priority: draft.priority,
            continues: draft.continues ?? false, match: match, answer: answer,
            // Nobody who has opted out gets a template that was meant for other rules.
            expired: own ?? (isOptOut ? .silent : expired)
        )
        rule.conditions = conditions ?? []
        rule.effects = effects
        rule.timing = timing
        rule.reaction = draft.react?.value
        rule.isShadow = draft.mode == .shadow
        rule.cooldown = draft.cooldown.flatMap { cooldown in
            cooldown.length.map {
                Rule.Cooldown(
                    times: cooldown.times, length: $0, group: cooldown.group ?? "rule \(id)",
                    isSilent: cooldown.then == .silent)
            }
        }
        return rule
    }

    // MARK: answer

    private func answer(
        _ draft: RuleDraft, _ captures: TextTags.Captures, _ catalog: RuleCatalog, in file: ReadFile
    ) -> Rule.Answer? {
        let reader = file.reader
        let ignore = draft.ignore.flatMap { $0.value ? $0 : nil }
        let places = [draft.reply?.node, draft.oneOf?.node, draft.template?.node, ignore?.node].compactMap { $0?.range }
        if places.count > 1 {
            reader.error(
                places.max() ?? draft.range, "a rule answers in one way only",
                hint: "keep one of reply, one_of, template and ignore")
        }
        if isWithoutAnswer(draft) {
            reader.error(
                draft.range, "the rule does nothing", hint: "add reply, template, ignore, or another thing to do")
        }
        let linker = BubbleLinker(catalog: catalog, reader: reader, captures: captures, rule: draft.id?.value)
        let quote = draft.quote ?? file.draft.settings.quote
        if let reply = draft.reply {
            linker.checkMenus(reply.value)
            return .reply(linker.bubbles(reply.value, quote: quote))
        }
        if let oneOf = draft.oneOf { return .oneOf(linker.bubbles(oneOf.value, quote: quote)) }
        if let template = draft.template {
            let menu = draft.id?.value ?? ""
            return .template(template.value.linked(captures, catalog.names, reader, menu: menu))
        }
        if let ignore {
            if let react = draft.react {
                reader.error(
                    max(ignore.node.range, react.node.range), "a rule that ignores a message does not react to it",
                    hint: "keep one of them")
            }
            return .ignore
        }
        // A reaction alone is an answer too.
        return draft.react == nil ? nil : .reply([])
    }

    /// Whether nothing that the rule could do is given. Keys with mistakes count as given, because their mistakes are
    /// already recorded.
    private func isWithoutAnswer(_ draft: RuleDraft) -> Bool {
        var given = draft.given.intersection([
            "reply", "one_of", "template", "react", "ignore", "continue", "set", "unset", "tag", "untag", "handoff",
            "opt_out",
            "opt_in", "forward",
        ])
        if draft.ignore?.value == false { given.remove("ignore") }
        if draft.continues == false { given.remove("continue") }
        if draft.optOut?.value == false { given.remove("opt_out") }
        if draft.optIn?.value == false { given.remove("opt_in") }
        return given.isEmpty
    }

    private func expired(
        _ draft: ExpiredDraft, _ captures: TextTags.Captures, _ catalog: RuleCatalog, _ reader: Reader
    ) -> Rule.Expired {
        switch draft {
        case .silent: .silent
        case .template(let template):
            .template(template.linked(captures, catalog.names, reader, menu: Rule.expiredMenu))
        }
    }

    private func timing(_ draft: RuleDraft, _ catalog: RuleCatalog, _ reader: Reader) -> Rule.Timing {
        let places = [draft.delay?.node.range, draft.atOpen?.node.range].compactMap(\.self)
        if let last = places.max() {
            if places.count > 1 {
                reader.error(last, "an answer has one time at which it is sent", hint: "keep 'delay' or 'at_open'")
            }
            if draft.given.isDisjoint(with: ["reply", "one_of", "template", "react"]) {
                reader.error(last, "there is no answer to send later", hint: "add 'reply', or remove this")
            }
        }
        if let delay = draft.delay {
            if delay.value > .hours(1) {
                reader.error(
                    delay.node.range, "a delay is at most an hour: later answers wait behind it",
                    hint: "to wait for the morning, write 'at_open'")
            }
            return .delay(delay.value)
        }
        return draft.atOpen.flatMap { catalog.hours(named: $0, reader) }.map(Rule.Timing.opening) ?? .atOnce
    }
}
