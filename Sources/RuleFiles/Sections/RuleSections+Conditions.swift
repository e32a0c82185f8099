import JSONText
import Responder

extension RuleSections {
    static let whenKeys: Section<WhenDraft> = Section(
        "when",
        [
            Field("open", Value<String>.filled.located, to: \.open, says: "These hours are open now."),
            Field("closed", Value<String>.filled.located, to: \.closed, says: "These hours are closed now."),
            Field("between", spans.located, to: \.between, says: "The clock is between: 22:00-06:00."),
            Field("timezone", zone, to: \.timezone, says: "Where the clock of 'between' and 'date' hangs."),
            Field("date", dates.located, to: \.date, says: "Days: 2026-12-31, or 2026-12-01..2026-12-31."),
            Field("language", language.oneOrMore, to: \.language, says: "The language of the message, by its script."),
            Field("account", account.oneOrMore, to: \.account, says: "The number of ours that received it."),
            Field("contact", number.oneOrMore, to: \.contact, says: "Who wrote it, by number."),
            Field("tagged", names.oneOrMore, to: \.tagged, says: "The contact has one of these tags."),
            Field("not_tagged", names.oneOrMore, to: \.notTagged, says: "The contact has none of these tags."),
            Field("state", stateValues, to: \.state, says: "The conversation's state has these values."),
            Field("first_contact", .boolean, to: \.isFirstContact, says: "The contact writes for the first time."),
            Field("idle", length, to: \.idle, says: "The contact has not written for so long."),
            Field("window", .oneOf("a state of the window"), to: \.window, says: "Whether the 24-hour window is open."),
            Field("not", nested, to: \.not, says: "All of this together does not hold."),
            Field(
                "any", Value<WhenDraft>.nestedWhen.list(orElse: "list at least one group, like {language: he}"),
                to: \.any, says: "One of these groups holds."),
        ], home: { home(of: $0, from: .when) })

    static let when: Value<WhenDraft> = Value(.definition("when")) { node, reader in
        var draft = WhenDraft(range: node.range)
        guard let given = whenKeys.read(node, into: &draft, reader) else { return nil }
        if case .mapping(let pairs) = node.content, pairs.isEmpty {
            reader.error(node.range, "'when' is empty", hint: "remove it, or write a condition like 'open: shop'")
        }
        draft.isZoneGiven = given.contains("timezone")
        if given.contains("timezone"), given.isDisjoint(with: ["between", "date"]) {
            reader.error(
                node.range, "'timezone' goes with 'between' or 'date'", hint: "hours have a timezone of their own")
        }
        return draft
    }

    static var whenSchema: JSONSchema { whenKeys.schema() }

    private static let nested: Value<WhenDraft.Nested> = Value(.definition("when")) { node, reader in
        when.read(node, reader).map(WhenDraft.Nested.init)
    }

    private static let language = Value<TextLanguage>.oneOf("a language that can be told by its script")

    /// A number as people write it, reduced to its digits; ids stay as they are.
    private static let number = number(orID: true)

    /// The number of an account, which has no id.
    private static let account = number(orID: false)

    private static func number(orID: Bool) -> Value<String> {
        Value<String>.filled.map { text, node, reader -> String? in
            guard let number = WrittenNumber(text) else {
                // Ids of contacts have digits (`IL.1605856887361213`); a name never comes.
                let mayBeID = text.contains(where: \.isNumber) && !text.hasSuffix("@c.us")
                if orID, mayBeID, WrittenNumber.isID(text) { return text }
                // Behind an @ stands how the provider delivers: 972501234567@c.us.
                let near = WrittenNumber(String(text.prefix { $0 != "@" })) ?? WrittenNumber(within: text)
                let example =
                    orID
                    ? "write one number, or several in a list: [972501234567, 972521234567]"
                    : "write the account's number, like 972771234567"
                reader.error(
                    node.range, "'\(node.shown)' is no number\(orID ? "" : " of ours")",
                    hint: near.map { "write \($0.whole(at: ""))" } ?? example)
                return nil
            }
            if number.isNational {
                reader.error(
                    node.range, "'\(node.shown)' lacks the country's number",
                    hint: "write \(number.whole(at: "")), without the 0")
                return nil
            }
            return number.digits
        }
    }

    static let zone = Value<String>.filled.map { text, node, reader -> Zone? in
        if let zone = Zone(text) { return zone }
        let near =
            ["israel", "ist", "idt"].contains(text.lowercased())
            ? "Asia/Jerusalem" : Suggestion.nearest(to: text, among: Zone.names)
        let city = Zone.names.first { $0.hasSuffix("/" + text.replacing(" ", with: "_")) }
        reader.error(
            node.range, "'\(text)' is not a time zone",
            hint: (city ?? near).map { "did you mean '\($0)'?" } ?? "write its IANA name, like Asia/Jerusalem")
        return nil
    }

    private static let stateValues = Value<[(name: Located<String>, values: [String])]>(
        .map(of: .anyOf([.scalar, .array(of: .scalar)]))
    ) { node, reader in
        guard case .mapping(let pairs) = node.content, !pairs.isEmpty else {
            reader.error(node.range, "'state' is made of names with values", hint: "like 'state: {topic: order}'")
            return nil
        }
        return reader.distinct(pairs, in: "state").compactMap { pair in
            guard let name = names.read(pair.key, reader),
                let values = Value<String>.string.oneOrMore.read(pair.value, reader)
            else { return nil }
            return (name, values)
        }
    }
}

extension Value where Result == WhenDraft {
    /// Conditions inside other conditions.
    fileprivate static var nestedWhen: Value<WhenDraft> {
        Value(.definition("when")) { RuleSections.when.read($0, $1) }
    }
}
