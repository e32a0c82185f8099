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
        let message = template.draft.linked(captures: TextTags.Captures(), reader)
        return reader.diagnostics.count == before ? message : nil
    }

    static let file = Section<RuleFileDraft>(
        "a rules file",
        [
            Field("version", .integer(in: 1...1), to: \.version),
            Field("settings", section(settings) { _ in RuleFileDraft.Settings() }, to: \.settings),
            Field("words", words, to: \.words),
            Field("rules", rules.list, to: \.rules),
        ])

    private static let settings = Section<RuleFileDraft.Settings>(
        "settings",
        [
            Field("quote", .boolean, to: \.quote),
            Field("prefixes", prefixes, to: \.prefixes),
            Field("expired", expired, to: \.expired),
        ])

    private static let rule = Section<RuleDraft>(
        "a rule",
        [
            Field("id", Value<String>.string.located, to: \.id),
            Field("match", match, to: \.match),
            Field("priority", .integer(in: -1_000_000...1_000_000), to: \.priority),
            Field("continue", .boolean, to: \.continues),
            Field("enabled", .boolean, to: \.isEnabled),
            Field("prefixes", prefixes, to: \.prefixes),
            Field("quote", .boolean, to: \.quote),
            Field("reply", bubble.oneOrMore.located, to: \.reply),
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

    private static func templateKeys(_ title: String, name: String) -> Section<TemplateDraft> {
        Section(
            title,
            [
                Field(name, Value<String>.string.located, to: \.name),
                Field("language", language, to: \.language),
                Field("header", header, to: \.header),
                Field("variables", Value<String>.string.located.list, to: \.variables),
            ])
    }

    // MARK: Values

    private static func section<Draft>(_ section: Section<Draft>, _ make: @escaping @Sendable (Node) -> Draft) -> Value<
        Draft
    > {
        Value { node, reader in
            var draft = make(node)
            section.read(node, into: &draft, reader)
            return draft
        }
    }

    private static let rules = section(rule) { RuleDraft(range: $0.range) }

    private static let prefixes = Value<Bool>.boolean.map { isOn, _, _ in
        isOn ? Phrase.Prefixes.always : .never
    }

    private static let language = Value<TemplateLanguage>.oneOf("a language of templates")

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

    private static func words(named key: String) -> Value<[Located<String>]> {
        Value<String>.string.located.oneOrMore.map { words, node, reader in
            if words.isEmpty { reader.error(node.range, "'\(key)' is empty", hint: "without words it can't match") }
            return words
        }
    }

    private static let match = Value<MatchDraft> { node, reader in
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
        return draft
    }

    private static let bubble = Value<BubbleDraft> { node, reader in
        guard case .mapping = node.content else {
            return Value<String>.string.read(node, reader).map { BubbleDraft(text: Located(value: $0, node: node)) }
        }
        var draft = BubbleDraft()
        bubbleKeys.read(node, into: &draft, reader)
        if draft.text == nil { reader.error(node.range, "a reply needs a 'text'") }
        return draft
    }

    static func template(_ nameKey: String) -> Value<TemplateDraft> {
        let title = nameKey == "name" ? "a template" : "expired"
        return Value { node, reader in
            guard case .mapping = node.content else {
                return Value<String>.string.read(node, reader)
                    .map { TemplateDraft(name: Located(value: $0, node: node)) }
            }
            var draft = TemplateDraft()
            templateKeys(title, name: nameKey).read(node, into: &draft, reader)
            if draft.name == nil { reader.error(node.range, "\(title) needs a '\(nameKey)'") }
            if draft.variables.count > 10 {
                reader.error(
                    draft.variables[10].node.range, "a template takes at most 10 variables, this is number 11"
                )
            }
            return draft
        }
    }

    private static let expired = Value<ExpiredDraft> { node, reader in
        if case .scalar(let text, _) = node.content {
            if text == "silent" { return .silent }
            reader.error(
                node.range, "'\(text)' is not something to do when the window has shut",
                hint: "write 'silent', or {template: NAME, language: he}"
            )
            return nil
        }
        return template("template").read(node, reader).map(ExpiredDraft.template)
    }

    private static let header = Value<TemplateHeader> { node, reader in
        guard case .mapping(let pairs) = node.content, pairs.count == 1,
            let kind = TemplateHeader.Kind(rawValue: pairs[0].name)
        else {
            reader.error(node.range, "a header is one link", hint: "write {image: https://…}, or video or document")
            return nil
        }
        guard let link = Value<String>.string.read(pairs[0].value, reader) else { return nil }
        guard link.hasPrefix("https://") || link.hasPrefix("http://") else {
            reader.error(pairs[0].value.range, "'\(link)' is not a link", hint: "it must begin with https://")
            return nil
        }
        return TemplateHeader(kind: kind, link: link)
    }

    private static let words = Value<[Located<(name: String, words: [Located<String>])>]> { node, reader in
        guard case .mapping(let pairs) = node.content else {
            reader.error(node.range, "words must be a mapping of names to lists, not \(node.kind)")
            return nil
        }
        var seen: Set<String> = []
        return pairs.compactMap { pair in
            guard seen.insert(pair.name).inserted else {
                reader.error(pair.key.range, "'\(pair.name)' stands twice in words")
                return nil
            }
            guard let words = Value<String>.string.located.oneOrMore.read(pair.value, reader) else { return nil }
            return Located(value: (pair.name, words), node: pair.key)
        }
    }
}
