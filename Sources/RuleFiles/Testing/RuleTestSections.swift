import JSONText
import Responder

/// A test as written.
struct RuleTestDraft {
    var range: SourceRange
    var name: String?
    var at: Located<String>?
    var conversation: [StepDraft]?
    /// The message of a test that is no conversation.
    var step: StepDraft

    struct StepDraft {
        var range: SourceRange
        var says: Located<String>?
        var chooses: Located<String>?
        var after: Duration?
        var from: String?
        var contactName: String?
        var account: String?
        var type: MessageType?
        var quotes: Located<String>?
        var window: WindowState?
        var expect: ExpectDraft?

        /// Whether it is a text, by its type, that says nothing.
        var lacksText: Bool { type == .text && says == nil && chooses == nil }
    }

    struct ExpectDraft {
        var rule: Located<String>?
        var silent: String?
        var texts: [Located<String>] = []
        var choices: [Located<String>] = []
        var template: String?
    }
}

/// The keys of tests in rules files.
enum RuleTestSections {
    static let tests = Value<[RuleTestDraft]>(.array(of: testKeys.schema())) { node, reader in
        test.list.read(node, reader)
    }

    private static let sender = Value<String>.filled.map { text, node, reader -> String? in
        if WrittenNumber(text) != nil || WrittenNumber.isID(text) { return text }
        reader.error(
            node.range, "'\(node.shown)' is no number", hint: "write it like 052-111-2233 or 972521112233")
        return nil
    }

    private static let stepFields: [Field<RuleTestDraft.StepDraft>] = [
        Field("says", Value<String>.string.located, to: \.says, says: "What the contact writes."),
        Field(
            "chooses", Value<String>.filled.located, to: \.chooses,
            says: "The choice of a menu that the contact takes, by its id."),
        Field("from", sender, to: \.from, says: "The contact's number."),
        Field("contact_name", .filled, to: \.contactName, says: "The contact's name."),
        Field("account", .filled, to: \.account, says: "The number of ours that it is written to."),
        Field("type", RuleSections.type, to: \.type, says: "The type of the message (text)."),
        Field(
            "quotes", Value<String>.filled.located, to: \.quotes, says: "The rule that sent what the message quotes."),
        Field("window", .oneOf("a state of the window"), to: \.window, says: "Whether the 24-hour window is open."),
        Field("expect", expect, to: \.expect, says: "What must come of it."),
    ]

    private static let stepKeys = Section<RuleTestDraft.StepDraft>(
        "a message of a conversation",
        stepFields + [
            Field("after", .duration, to: \.after, says: "How long after the message before.")
        ])

    private static let testKeys = Section<RuleTestDraft>(
        "a test",
        [
            Field("name", .filled, to: \.name, says: "What the test is called."),
            Field("at", Value<String>.filled.located, to: \.at, says: "When it begins: 2026-11-21 22:30."),
            Field(
                "conversation", step.list(orElse: "begin with '- says: hello'"), to: \.conversation,
                says: "Messages one after another, instead of one."),
        ] + stepFields.map { $0.within(\.step) })

    private static let test = Value<RuleTestDraft> { node, reader in
        var draft = RuleTestDraft(range: node.range, step: RuleTestDraft.StepDraft(range: node.range))
        guard let given = testKeys.read(node, into: &draft, reader) else { return nil }
        checkChoice(draft.step, given, reader)
        if given.isDisjoint(with: ["says", "chooses", "type", "conversation"]) || draft.step.lacksText {
            reader.error(
                node.range, "a test needs a message", hint: "like 'says: hello', 'type: image', or a 'conversation'")
        }
        let lost = given.subtracting(["name", "at", "conversation"]).sorted()
        if given.contains("conversation"), let key = lost.first {
            let hint =
                ["says", "chooses"].contains(key)
                ? "keep '\(key)' or 'conversation'" : "move '\(key)' into the message it belongs to"
            reader.error(node.range, "a test is one message or a conversation", hint: hint)
        }
        if draft.conversation?.isEmpty == true {
            reader.error(node.range, "the conversation is empty", hint: "list its messages: - says: …")
        }
        return draft
    }

    private static func checkChoice(_ step: RuleTestDraft.StepDraft, _ given: Set<String>, _ reader: Reader) {
        guard let choice = step.chooses, let other = given.intersection(["says", "type"]).sorted().first else { return }
        reader.error(
            choice.node.range, "who takes a choice writes nothing else", hint: "keep 'chooses' or '\(other)'")
    }

    private static let step = Value<RuleTestDraft.StepDraft>(stepKeys.schema()) { node, reader in
        var draft = RuleTestDraft.StepDraft(range: node.range)
        guard let given = stepKeys.read(node, into: &draft, reader) else { return nil }
        checkChoice(draft, given, reader)
        if given.isDisjoint(with: ["says", "chooses", "type"]) || draft.lacksText {
            reader.error(
                node.range, "a message needs a 'says'",
                hint: "what the contact writes; a picture or a sticker needs its 'type' alone")
        }
        return draft
    }

    private static let expectKeys = Section<RuleTestDraft.ExpectDraft>(
        "expect",
        [
            Field("rule", Value<String>.filled.located, to: \.rule, says: "The rule that answers."),
            Field("text", Value<String>.string.located.oneOrMore, to: \.texts, says: "What is sent; or /a regex/."),
            Field(
                "choices", Value<String>.filled.located.oneOrMore, to: \.choices,
                says: "The choices that are offered, by their ids, in order."),
            Field("template", .filled, to: \.template, says: "The template that is sent."),
            Field("silent", silence, to: \.silent, says: "true, or the reason: cooldown, ignored, no-match, …"),
        ])

    private static let expect = Value<RuleTestDraft.ExpectDraft>(
        .anyOf([.words(["silent"]), expectKeys.schema()])
    ) { node, reader in
        var draft = RuleTestDraft.ExpectDraft()
        if case .scalar(let text, _) = node.content {
            if text == "silent" {
                draft.silent = ""
                return draft
            }
            reader.error(
                node.range, "'\(node.shown)' is nothing to expect",
                hint: "write silent, {rule: …}, {text: …} or {template: …}")
            return nil
        }
        guard let given = expectKeys.read(node, into: &draft, reader) else { return nil }
        if case .mapping(let pairs) = node.content, pairs.isEmpty {
            reader.error(node.range, "'expect' is empty", hint: "write silent, or {text: …}")
        }
        if given.contains("silent"), !given.isDisjoint(with: ["text", "choices", "template"]) {
            reader.error(node.range, "a message gets an answer or silence", hint: "keep 'silent' or the others")
        }
        return draft
    }

    private static let silence = Value<String>.string.map { text, node, reader -> String? in
        if text == "true" { return "" }
        if silences.contains(text) { return text }
        let words = silences
        let near = Suggestion.nearest(to: text, among: words)
        let hint =
            ["false", "matched"].contains(text)
            ? "for an answer write {rule: …}, {text: …} or {template: …}" : "one of: \(words.joined(separator: ", "))"
        reader.error(
            node.range, "'\(text)' is no reason for silence", hint: near.map { "did you mean '\($0)'?" } ?? hint)
        return nil
    }.described(.anyOf([.boolean, .words(silences)]))

    /// The reasons for which nothing is sent.
    private static let silences = Decision.Reason.allCases.filter { $0 != .matched }.map(\.rawValue)
}
