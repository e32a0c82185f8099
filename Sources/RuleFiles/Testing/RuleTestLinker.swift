import Matching
import Responder

/// Creates tests from the drafts in rules files.
struct RuleTestLinker {
    let catalog: RuleCatalog
    let file: RuleLinker.ReadFile
    private var reader: Reader { file.reader }

    init(catalog: RuleCatalog, file: RuleLinker.ReadFile) {
        self.catalog = catalog
        self.file = file
    }

    /// A Monday at noon, when most businesses are open.
    private static let usualStart = LocalTime(date: LocalDate(number: 19_730), minute: 12 * 60)

    /// Returns the test of a rule, or of the file if `rule` is `nil`; `nil` if the draft has errors.
    func test(_ draft: RuleTestDraft, of rule: RuleDraft?) -> RuleTest? {
        let steps = draft.conversation ?? [draft.step]
        let isSilentAboutAll = steps.allSatisfy { $0.expect == nil }
        if isSilentAboutAll, rule == nil,
            steps.contains(where: { $0.says != nil || $0.chooses != nil || $0.type != nil })
        {
            reader.error(draft.range, "the test expects nothing", hint: "add 'expect', like 'expect: {rule: ID}'")
        }
        let named = [rule?.when?.open, rule?.when?.closed, rule?.atOpen].lazy.compactMap { $0?.value }
        let zone = named.compactMap(catalog.zone(ofHours:)).first ?? catalog.zone ?? .utc
        var start = zone.moment(Self.usualStart)
        if let at = draft.at {
            guard let moment = Timestamp(parsing: at.value, in: zone) else {
                reader.error(at.node.range, "'\(at.value)' is no time", hint: "write it like 2026-11-21 22:30")
                return nil
            }
            start = moment
        }
        // A test without expectations expects the rule's own answer to the last message; the other messages lead up to
        // it.
        let linked = steps.enumerated().compactMap { place, step in
            self.step(step, of: rule, isAnswerExpected: isSilentAboutAll && place == steps.count - 1)
        }
        guard linked.count == steps.count, rule == nil || rule?.id != nil else { return nil }
        return RuleTest(
            name: draft.name ?? steps.first.flatMap { $0.says?.value ?? $0.chooses?.value ?? $0.type?.rawValue } ?? "",
            place: place(draft.range), rule: rule?.id?.value,
            start: start, steps: linked)
    }

    private func place(_ range: SourceRange) -> Place { Place(file: reader.file.path, line: range.line) }

    private func step(
        _ draft: RuleTestDraft.StepDraft, of rule: RuleDraft?, isAnswerExpected: Bool
    ) -> RuleTest.Step? {
        let type = draft.type ?? .text
        let isWordless = draft.type != nil || draft.chooses != nil
        guard let says = draft.says?.value ?? (isWordless ? "" : nil) else { return nil }
        if let choice = draft.chooses { _ = catalog.choices(named: choice, reader) }
        let choices = draft.chooses.map { catalog.choices.named($0.value) } ?? []
        let account = draft.account.map { WrittenNumber($0)?.whole(at: "") ?? $0 } ?? "972770000000"
        let message = Message(
            account: account, unique: "test",
            contact: .invented(number: draft.from, name: draft.contactName, at: account), type: type,
            body: type.hasBody ? says : "", caption: type.hasBody || draft.says == nil ? nil : says,
            timestamp: Timestamp(seconds: 0))
        if let quotes = draft.quotes { catalog.check(id: quotes, reader) }
        var expectation = draft.expect.map { self.expectation($0, of: rule) }
        if isAnswerExpected, let id = rule?.id?.value { expectation = RuleTest.Expectation(rule: id) }
        return RuleTest.Step(
            place: place(draft.range), message: message, after: draft.after ?? .zero,
            choices: choices.map { RuleTest.Choice(id: $0.id, title: $0.title, type: $0.isInList ? .list : .button) },
            quotedRule: draft.quotes?.value,
            isWindowOpen: draft.window.map { $0 == .open }, expectation: expectation)
    }

    private func expectation(_ draft: RuleTestDraft.ExpectDraft, of rule: RuleDraft?) -> RuleTest.Expectation {
        if let rule = draft.rule { catalog.check(id: rule, reader) }
        var expectation = RuleTest.Expectation(rule: draft.rule?.value, silence: draft.silent, template: draft.template)
        // A rule's own test expects its texts from that rule.
        if draft.rule == nil, draft.silent == nil { expectation.rule = rule?.id?.value }
        if !draft.choices.isEmpty {
            for choice in draft.choices { _ = catalog.choices(named: choice, reader) }
            expectation.choices = draft.choices.map { $0.value.lastPart }
        }
        if !draft.texts.isEmpty { expectation.texts = draft.texts.compactMap(wanted) }
        return expectation
    }

    private func wanted(_ text: Located<String>) -> RuleTest.Wanted? {
        guard text.value.count > 2, text.value.hasPrefix("/"), text.value.hasSuffix("/") else {
            return .text(text.value)
        }
        do {
            return .regex(try RegularExpression(String(text.value.dropFirst().dropLast())))
        } catch {
            let mistake = RegexMistake(error, in: String(text.value.dropFirst().dropLast()))
            reader.error(reader.place(of: mistake.offset + 1, in: text.node), mistake.message, hint: mistake.hint)
            return nil
        }
    }
}

extension String {
    /// The id of a choice without that of its rule.
    fileprivate var lastPart: String { split(separator: ".").last.map(String.init) ?? self }
}
