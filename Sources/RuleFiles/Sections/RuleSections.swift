import JSONText
import Matching
public import Responder

/// The keys of the rules language, each with the type of its value. No other place lists them.
public enum RuleSections {
    /// The `expired:` of a configuration as it is written, not yet checked.
    public struct ConfiguredExpired {
        let draft: ExpiredDraft
    }

    /// The value of the configuration's `expired:`.
    public static let configuredExpired = expired.map { draft, _, _ in ConfiguredExpired(draft: draft) }

    /// Checks the `expired:` of a configuration and returns its template. Returns `nil` if it is `silent`, or has errors,
    /// which are recorded.
    public static func template(_ expired: ConfiguredExpired, _ reader: Reader) -> TemplateMessage? {
        guard case .template(let draft) = expired.draft else { return nil }
        let before = reader.diagnostics.count
        let message = draft.linked(.none, .configuration, reader, menu: nil)
        return reader.diagnostics.count == before ? message : nil
    }

    static let file = Section<RuleFileDraft>(
        "a rules file",
        [
            Field("version", version, says: "The version of the rules language: 1.") { _, _ in },
            Field("settings", settings, to: \.settings, says: "Defaults for the rules of this file."),
            Field("hours", hours, to: \.hours, says: "When the business is open, by names of your choice."),
            Field("words", wordSets, to: \.words, says: "Word sets: a name and its words, used as $name."),
            Field("rules", rule.list, to: \.rules, says: "The rules, tried in this order."),
            Field("tests", RuleTestSections.tests, to: \.tests, says: "Conversations and what must come of them."),
        ])

    static let settingsKeys = Section<RuleFileDraft.Settings>(
        "settings",
        [
            Field("quote", .boolean, to: \.quote, says: "Whether replies quote the message they answer (true)."),
            Field(
                "prefixes", prefixes, to: \.prefixes,
                says: "Whether Hebrew keywords also match behind ו ה ב ל מ ש כ: false never, true also short ones."),
            Field(
                "accents", accents, to: \.accents,
                says: "ignore: words match with or without accents, as cómo and como (count)."),
            Field("expired", expired, to: \.expired, says: "What goes instead once the 24-hour window has shut."),
        ])

    static let ruleKeys: Section<RuleDraft> = Section(
        "a rule",
        [
            Field("id", Value<String>.string.located, to: \.id, says: "A short name, unique over all files."),
            Field("match", match, to: \.match, says: "What the message says: words, or conditions that must all hold."),
            Field("when", when, to: \.when, says: "What must be true around the message; all of it."),
            Field(
                "priority", .integer(in: -1_000_000...1_000_000), to: \.priority,
                says: "Rules with a higher one are tried first (0)."),
            Field("continue", .boolean, to: \.continues, says: "Whether later rules are tried too (false)."),
            Field("enabled", .boolean, to: \.isEnabled, says: "false: checked, but not used."),
            Field("mode", .oneOf("a mode"), to: \.mode, says: "shadow: only recorded, on trial."),
            Field("prefixes", prefixes, to: \.prefixes, says: "As in settings, for this rule."),
            Field("accents", accents, to: \.accents, says: "As in settings, for this rule."),
            Field("quote", .boolean, to: \.quote, says: "As in settings, for this rule."),
            Field(
                "reply", replies.located, to: \.reply,
                says: "The answer: a text, a menu, a file, a place or a link; or a list of those, sent in order."),
            Field("one_of", alternatives.located, to: \.oneOf, says: "Answers that take turns with each contact."),
            Field(
                "template", template("name").located, to: \.template,
                says: "A template as the answer, also inside the window."),
            Field("react", emoji, to: \.react, says: "An emoji with which the rule reacts to the message."),
            Field("ignore", Value<Bool>.boolean.located, to: \.ignore, says: "true: deliberate silence."),
            Field("expired", expired, to: \.expired, says: "Instead of the reply once the window has shut."),
        ] + actionKeys + [
            Field("tests", RuleTestSections.tests, to: \.tests, says: "Messages, and what must come of them.")
        ], home: { home(of: $0, from: .rule) })

    static let conditions: Section<MatchDraft> = Section(
        "match",
        [
            Field("any", words(named: "any"), to: \.any, says: "At least one of these words or phrases."),
            Field("all", words(named: "all"), to: \.all, says: "Every one of these words or phrases."),
            Field("none", words(named: "none"), to: \.none, says: "Not one of these words or phrases."),
            Field("exact", words(named: "exact"), to: \.exact, says: "The whole message is one of these."),
            Field("starts", words(named: "starts"), to: \.starts, says: "The message begins with one of these."),
            Field(
                "contains", words(named: "contains"), to: \.contains,
                says: "One of these is anywhere in the message, also inside words."),
            Field(
                "regex", words(named: "regex"), to: \.regex,
                says: "PCRE2; a group (?<name>…) becomes {{match.name}}."),
            Field(
                "fuzzy", .integer(in: 0...2), to: \.mistakes,
                says: "With any and all: so many typing mistakes in words of 5 (two: 8) letters and more."),
            Field("type", type.oneOrMore, to: \.types, says: "Types of message; usually those that have words."),
            Field(
                "replying_to", Value<String>.filled.located, to: \.replyingTo,
                says: "The message quotes something that the rule of this id sent."),
            Field(
                "choice", words(named: "choice"), to: \.choices,
                says: "The contact takes this choice of a menu: its id, or menu.id where several menus have one."),
        ], home: { home(of: $0, from: .match) })

    /// A mapping in which keys of a rule are looked for.
    enum Level { case rule, match, when }

    /// Returns a hint about the right level for a key that is at the wrong one; `nil` if no level has it.
    static func home(of key: String, from level: Level) -> String? {
        if level != .match, conditions.has(key) { return "it belongs under 'match:'" }
        if level != .when, whenKeys.has(key) { return "it belongs under 'when:'" }
        if level == .rule, settingsOnlyKeys.contains(key) { return "it belongs to the file, outside of 'rules:'" }
        if level == .rule, key == "expires" { return "it belongs into 'set': {…, expires: 30m}" }
        guard level != .rule, ruleKeys.has(key) else { return nil }
        return "it belongs to the rule: indent it like '\(level == .match ? "match" : "when"):'"
    }

    private static let settingsOnlyKeys: Set = ["version", "settings", "hours", "words", "rules"]

    /// The JSON Schema of rules files, with the same keys, for editors.
    public static var schema: String {
        file.schema(required: ["version"])
            .document(title: "replyd rules", definitions: ["when": whenSchema])
    }

    // MARK: Values

    private static let version = Value<String>.string.map { text, node, reader -> Int? in
        if text == "1" { return 1 }
        reader.error(node.range, "'\(text)' is no version of the rules language", hint: "write 'version: 1'")
        return nil
    }.described(.integer(in: 1...1))

    private static let settings = Value<RuleFileDraft.Settings>(settingsKeys.schema()) { node, reader in
        var draft = RuleFileDraft.Settings()
        settingsKeys.read(node, into: &draft, reader)
        return draft
    }

    static let rule = Value<RuleDraft>(ruleKeys.schema(required: ["id", "match"])) { node, reader in
        var draft = RuleDraft(range: node.range)
        guard let given = ruleKeys.read(node, into: &draft, reader) else { return nil }
        draft.given = given
        return draft
    }

    private static let prefixes = Value<Bool>.boolean.map { isOn, _, _ in
        isOn ? Phrase.Prefixes.always : .never
    }

    private static let accents = Value<Accents>.oneOf("a way to treat accents")

    static let type = Value<String>.string.map { text, node, reader -> MessageType? in
        let words = MessageType.names
        if words.contains(text) { return MessageType(rawValue: text) }
        let near = Suggestion.nearest(to: text, among: words)
        reader.error(
            node.range, "'\(text)' is not a type of message",
            hint: near.map { "did you mean '\($0)'?" } ?? "one of: \(words.joined(separator: ", "))"
        )
        return nil
    }.described(.words(MessageType.names))

    static func words(named key: String) -> Value<[Located<String>]> {
        let words = Value<String>.string.located.oneOrMore
        return Value(words.schema) { node, reader in
            if case .sequence(let items) = node.content, items.isEmpty {
                reader.error(node.range, "'\(key)' is empty", hint: "list at least one word or phrase")
                return nil
            }
            return words.read(node, reader)
        }
    }

    private static let match = Value<MatchDraft>(
        .anyOf([.scalar, .array(of: .scalar), conditions.schema()])
    ) { node, reader in
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
}
