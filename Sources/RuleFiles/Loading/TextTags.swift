import Responder

/// The Mustache tags of one text, checked against the names that exist.
struct TextTags {
    /// Names that every text may use. `match.…` depends on the rule's regular expressions.
    static let names = ["contact.name", "contact.number", "message.text"]

    /// What the regular expressions of a rule capture: `all` in each of them, `some` in one at least.
    struct Captures {
        var all: Set<String> = []
        var some: Set<String> = []
    }

    private struct Tag {
        var sigil: Character?
        var name: String
        /// Of the name, in scalars from the beginning of the text.
        var offset: Int
    }

    /// Parses a text and notes every tag that is unknown, unsupported or not closed.
    static func check(_ text: Located<String>, captures: Captures, _ reader: Reader) -> RuleText? {
        var isSound = true
        func complain(_ tag: Tag, _ message: String, _ hint: String?) {
            let length = max(tag.name.unicodeScalars.count, 1)
            reader.error(reader.place(of: tag.offset, length: length, in: text.node), message, hint: hint)
            isSound = false
        }
        let tags = tags(in: text.value)
        let sections = Set(tags.filter { $0.sigil == "#" }.map(\.name))
        for tag in tags {
            if let sigil = tag.sigil, !"#^/&{!".contains(sigil) {
                complain(
                    tag, "'{{\(sigil)' is not supported in texts",
                    "use {{name}}, {{#name}}…{{/name}} or {{^name}}…{{/name}}")
                continue
            }
            if tag.sigil == "!" || tag.sigil == "/" { continue }
            if names.contains(tag.name) || captures.all.contains(tag.name) { continue }
            if captures.some.contains(tag.name) {
                // Where the text asks first whether there is one, it need not be captured every time.
                if sections.contains(tag.name) { continue }
                complain(tag, "not every regex of this rule captures '\(tag.name)'", "name the group in each of them")
            } else if tag.name.hasPrefix("match.") {
                let group = tag.name.dropFirst("match.".count)
                let near = Suggestion.nearest(to: tag.name, among: captures.some)
                complain(
                    tag, "no regex of this rule captures '\(group)'",
                    near.map { "did you mean '\($0)'?" } ?? "name a group in the regex: (?<\(group)>…)"
                )
            } else {
                let near = Suggestion.nearest(to: tag.name, among: names + captures.some)
                complain(
                    tag, "unknown variable '\(tag.name)'",
                    near.map { "did you mean '\($0)'?" }
                        ?? "known are: \((names + captures.all.sorted()).joined(separator: ", "))"
                )
            }
        }
        guard isSound else { return nil }
        do {
            return try RuleText(text.value)
        } catch {
            let offset = tags.first.map { max($0.offset - 2, 0) } ?? 0
            reader.error(
                reader.place(of: offset, in: text.node), "the {{…}} tags of this text do not fit together",
                hint: "each {{#name}} or {{^name}} needs its {{/name}}, each {{ its }}"
            )
            return nil
        }
    }

    private static func tags(in text: String) -> [Tag] {
        let scalars = Array(text.unicodeScalars)
        var tags: [Tag] = []
        var index = 0
        while index + 1 < scalars.count {
            guard scalars[index] == "{", scalars[index + 1] == "{" else {
                index += 1
                continue
            }
            var start = index + 2
            var sigil: Character?
            if start < scalars.count, "#^/&{!><$=%".unicodeScalars.contains(scalars[start]) {
                sigil = Character(scalars[start])
                start += 1
            }
            var end = start
            while end < scalars.count, scalars[end] != "}" { end += 1 }
            var name = scalars[start..<end]
            while name.first == " " { name.removeFirst() }
            while name.last == " " { name.removeLast() }
            tags.append(Tag(sigil: sigil, name: String(String.UnicodeScalarView(name)), offset: name.startIndex))
            index = end + 1
        }
        return tags
    }
}
