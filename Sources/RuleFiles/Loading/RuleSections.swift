import Matching
public import Responder

/// The keys of the rules language, each with the type of its value: the one place where they are listed.
public enum RuleSections {
    /// A template as it stands in a configuration: not yet checked.
    public struct Template {
        let draft: TemplateDraft
    }

    /// The value of the configuration's `expired:`.
    public static let configuredTemplate = template("template").map { draft, _, _ in Template(draft: draft) }

    /// Checks a template of the configuration and makes it ready for use.
    public static func template(_ template: Template, _ reader: Reader) -> TemplateMessage? {
        let before = reader.diagnostics.count
        let message = template.draft.linked(captures: .none, reader)
        return reader.diagnostics.count == before ? message : nil
    }

    static let file = Section<RuleFileDraft>(
        "a rules file",
        [
            Field("version", version) { _, _ in },
            Field("settings", settings, to: \.settings),
            Field("words", wordSets, to: \.words),
            Field("rules", rules.list, to: \.rules),
        ])

    private static let settingsKeys = Section<RuleFileDraft.Settings>(
        "settings",
        [
            Field("quote", .boolean, to: \.quote),
            Field("prefixes", prefixes, to: \.prefixes),
            Field("expired", expired, to: \.expired),
        ])

    private static let ruleKeys = Section<RuleDraft>(
        "a rule",
        [
            Field("id", Value<String>.string.located, to: \.id),
            Field("match", match, to: \.match),
            Field("priority", .integer(in: -1_000_000...1_000_000), to: \.priority),
            Field("continue", .boolean, to: \.continues),
            Field("enabled", .boolean, to: \.isEnabled),
            Field("prefixes", prefixes, to: \.prefixes),
            Field("quote", .boolean, to: \.quote),
            Field("reply", replies.located, to: \.reply),
            Field("template", template("name").located, to: \.template),
            Field("ignore", Value<Bool>.boolean.located, to: \.ignore),
            Field("expired", expired, to: \.expired),
        ])

    private static let conditions = Section<MatchDraft>(
        "match",
        [
            Field("any", words(named: "any"), to: \.any),
            Field("all", words(named: "all"), to: \.all),
            Field("none", words(named: "none"), to: \.none),
            Field("exact", words(named: "exact"), to: \.exact),
            Field("starts", words(named: "starts"), to: \.starts),
            Field("contains", words(named: "contains"), to: \.contains),
            Field("regex", words(named: "regex"), to: \.regex),
            Field("type", type.oneOrMore, to: \.types),
        ])

    private static let bubbleKeys = Section<BubbleDraft>(
        "a reply",
        [
            Field("text", Value<String>.string.located, to: \.text),
            Field("quote", .boolean, to: \.quote),
        ])

    // MARK: Values

    private static let version = Value<String>.string.map { text, node, reader -> Int? in
        if text == "1" { return 1 }
        reader.error(node.range, "'\(text)' is no version of the rules language", hint: "write 'version: 1'")
        return nil
    }

    private static let settings = Value<RuleFileDraft.Settings> { node, reader in
        var draft = RuleFileDraft.Settings()
        settingsKeys.read(node, into: &draft, reader)
        return draft
    }

    private static let rules = Value<RuleDraft> { node, reader in
        var draft = RuleDraft(range: node.range)
        guard let given = ruleKeys.read(node, into: &draft, reader) else { return nil }
        draft.given = given
        return draft
    }

    private static let prefixes = Value<Bool>.boolean.map { isOn, _, _ in
        isOn ? Phrase.Prefixes.always : .never
    }

    private static let type = Value<String>.string.map { text, node, reader -> MessageType? in
        let type = MessageType(rawValue: text)
        if MessageType.known.contains(type) { return type }
        let words = MessageType.known.map(\.rawValue)
        let near = Suggestion.nearest(to: text, among: words)
        reader.error(
            node.range, "'\(text)' is not a type of message",
            hint: near.map { "did you mean '\($0)'?" } ?? "one of: \(words.joined(separator: ", "))"
        )
        return nil
    }

    static func words(named key: String) -> Value<[Located<String>]> {
        let words = Value<String>.string.located.oneOrMore
        return Value { node, reader in
            if case .sequence(let items) = node.content, items.isEmpty {
                reader.error(node.range, "'\(key)' is empty", hint: "list at least one word or phrase")
                return nil
            }
            return words.read(node, reader)
        }
    }

    private static let match = Value<MatchDraft> { node, reader in
        let before = reader.diagnostics.count
        var draft = MatchDraft(range: node.range)
        switch node.content {
        case .scalar("anything", .plain):
            break
        case .scalar, .sequence:
            draft.any = words(named: "match").read(node, reader) ?? []
        case .mapping(let pairs):
            if pairs.isEmpty {
                reader.error(node.range, "'match' is empty", hint: "for every message write 'match: anything'")
            }
            conditions.read(node, into: &draft, reader)
        }
        draft.isSound = reader.diagnostics.count == before
        return draft
    }

    private static let replies = Value<[BubbleDraft]> { node, reader in
        if case .sequence(let items) = node.content, items.isEmpty {
            reader.error(node.range, "the reply is empty", hint: "for deliberate silence write 'ignore: true'")
            return nil
        }
        return bubble.oneOrMore.read(node, reader)
    }

    private static let bubble = Value<BubbleDraft> { node, reader in
        guard case .mapping = node.content else {
            return Value<String>.string.read(node, reader).map { BubbleDraft(text: Located(value: $0, node: node)) }
        }
        var draft = BubbleDraft()
        let given = bubbleKeys.read(node, into: &draft, reader)
        if let given, !given.contains("text") { reader.error(node.range, "a reply needs a 'text'") }
        return draft
    }
}
