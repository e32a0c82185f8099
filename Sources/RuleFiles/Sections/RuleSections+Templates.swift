import JSONText
import Responder

extension RuleSections {
    private static func templateKeys(_ title: String, name: String) -> Section<TemplateDraft> {
        Section(
            title,
            [
                Field(
                    name, Value<String>.filled.located, to: \.name,
                    says: "The template's name at the provider (019sms-v2: its id)."),
                Field("language", language, to: \.language, says: "The template's language (he)."),
                Field("header", header, to: \.header, says: "A link to the picture, film or document above the text."),
                Field("variables", variables, says: "What fills the template's places, at most ten; by name, at Meta.")
                {
                    ($0.variables, $0.names) = ($1.values, $1.names)
                },
                Field(
                    "buttons", buttons, to: \.buttons,
                    says: "What completes the links of the template's buttons; {2: …} for the one at index 2."),
                Field("coupon", Value<String>.filled.located, to: \.coupon, says: "The code that a button copies."),
                Field(
                    "choices", choices, to: \.choices,
                    says: "The quick-reply buttons, which come first: ids of your choice, each with its title."),
            ])
    }

    static func template(_ nameKey: String) -> Value<TemplateDraft> {
        let title = nameKey == "name" ? "a template" : "expired"
        let keys = templateKeys(title, name: nameKey)
        return Value(.anyOf([.scalar, keys.schema(required: [nameKey])])) { node, reader in
            guard case .mapping = node.content else {
                return Value<String>.filled.read(node, reader)
                    .map { TemplateDraft(name: Located(value: $0, node: node)) }
            }
            var draft = TemplateDraft()
            let given = keys.read(node, into: &draft, reader)
            if let given, !given.contains(nameKey) { reader.error(node.range, "\(title) needs a '\(nameKey)'") }
            if draft.variables.count > 10 {
                reader.error(
                    draft.variables[10].node.range,
                    "a template takes at most 10 variables, and these are \(draft.variables.count)",
                    hint: "this is the first too many"
                )
            }
            return draft
        }
    }

    static let expired = Value<ExpiredDraft>(
        .anyOf([.words(["silent"]), templateKeys("expired", name: "template").schema(required: ["template"])])
    ) { node, reader in
        if case .mapping = node.content {
            return template("template").read(node, reader).map(ExpiredDraft.template)
        }
        guard let text = Value<String>.string.read(node, reader) else { return nil }
        if text == "silent" { return .silent }
        reader.error(
            node.range, "'\(text)' is not something to do when the window has shut",
            hint: Suggestion.nearest(to: text, among: ["silent"]).map { "did you mean '\($0)'?" }
                ?? "write 'silent', or {template: \(text.count < 40 ? text : "NAME"), language: he}"
        )
        return nil
    }

    private static let header = Value<TemplateHeader>(
        .object(TemplateHeader.Kind.allCases.map { ($0.rawValue, .scalar) })
    ) { node, reader in
        guard !node.isRefused else { return nil }
        guard case .mapping(let pairs) = node.content, pairs.count == 1 else {
            reader.error(
                node.range, "a header is one link: to an image, a video or a document",
                hint: "write {image: https://…}, or video or document")
            return nil
        }
        guard let kind = TemplateHeader.Kind(rawValue: pairs[0].name) else {
            let near = Suggestion.nearest(to: pairs[0].name, among: TemplateHeader.Kind.allCases.map(\.rawValue))
            reader.error(
                pairs[0].key.range, "'\(pairs[0].name)' is no kind of header",
                hint: near.map { "did you mean '\($0)'?" } ?? "write image, video or document")
            return nil
        }
        return webLink.read(pairs[0].value, reader).map { TemplateHeader(kind: kind, link: $0.value) }
    }

    private static let variables = Value<(values: [Located<String>], names: [String])>(
        .anyOf([.array(of: .scalar), .map(of: .scalar)])
    ) { node, reader in
        guard case .mapping(let pairs) = node.content, !node.isBareVariable else {
            return Value<String>.string.located.list.read(node, reader).map { ($0, []) }
        }
        var result: (values: [Located<String>], names: [String]) = ([], [])
        for pair in reader.distinct(pairs, in: "variables") {
            guard let name = names.read(pair.key, reader),
                let text = Value<String>.string.located.read(pair.value, reader)
            else { continue }
            result.values.append(text)
            result.names.append(name.value)
        }
        return result
    }

    private static let buttons = Value<[(index: Int?, value: Located<String>)]>(
        .anyOf([.array(of: .scalar), .map(of: .scalar)])
    ) { node, reader in
        let text = Value<String>.string.located
        guard case .mapping(let pairs) = node.content, !node.isBareVariable else {
            return text.list.read(node, reader).map { $0.map { (nil, $0) } }
        }
        return reader.distinct(pairs, in: "buttons").compactMap { pair in
            guard let index = Value<Int>.integer(in: 0...(TemplateMessage.buttonLimit - 1)).read(pair.key, reader),
                let value = text.read(pair.value, reader)
            else { return nil }
            return (index, value)
        }
    }

    private static let language = Value<String>.filled.map { text, node, reader -> TemplateLanguage? in
        let language = TemplateLanguage(rawValue: text)
        if language.isKnown { return language }
        let words = TemplateLanguage.common.map(\.rawValue)
        reader.error(
            node.range, "'\(node.shown)' is not a language of templates",
            hint: LookAlike.hint(in: text) ?? "one of: \(words.joined(separator: ", ")); at Meta also like en_US")
        return nil
    }
}
