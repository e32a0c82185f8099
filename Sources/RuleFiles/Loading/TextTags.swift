import Responder

/// The Mustache tags of one text, checked against the names that exist.
struct TextTags {
    /// The names that texts may use beside `match.…`, which depends on the rule's regular expressions.
    struct Names {
        /// The names that the texts of a configuration may use.
        static let configuration = Names(isConfiguration: true)

        /// All names, in the order in which messages list them.
        let all: [String]
        /// The states that at least one rule sets.
        let states: Set<String>
        /// Whether the rule set's hours have one time zone, so that texts may show the date and time.
        let hasClock: Bool
        /// Whether all of the above is known.
        let isSound: Bool
        let isConfiguration: Bool
        private let set: Set<String>
        /// The names of the date and time, if there is a time zone.
        static let clock = ["now.date", "now.time"]

        init(
            hours: [String] = [], states: Set<String> = [], hasClock: Bool = false, isSound: Bool = true,
            isConfiguration: Bool = false
        ) {
            self.isConfiguration = isConfiguration
            self.states = states
            self.hasClock = hasClock
            self.isSound = isSound
            all =
                ["contact.name", "contact.number", "message.text"] + (hasClock ? Self.clock : [])
                + states.sorted().map { "state.\($0)" }
                + hours.sorted().flatMap { ["hours.\($0).next_open", "hours.\($0).today"] }
            set = Set(all)
        }

        func contains(_ name: String) -> Bool { set.contains(name) }
    }

    /// The depth to which sections may be nested: Mustache is parsed and rendered level by level on the stack.
    private static let depthLimit = 16

    /// The `match.…` names that a text may use.
    enum Captures {
        /// The text belongs to no rule.
        case none
        /// The rule's match is not in order, so its names are unknown.
        case unknown
        /// The names that the regular expressions of the rule capture: `all` in each of them, `some` in at least one.
        case known(all: Set<String>, some: Set<String>)

        /// Creates the captures of expressions from the `names` of each; `nil` stands for an expression that is not in
        /// order.
        init(_ names: [Set<String>?]) {
            let sound = names.compactMap(\.self)
            guard sound.count == names.count else {
                self = .unknown
                return
            }
            let some = sound.reduce(into: Set()) { $0.formUnion($1) }
            self = .known(all: sound.reduce(some) { $0.intersection($1) }, some: some)
        }

        var all: Set<String> {
            if case .known(let all, _) = self { return all }
            return []
        }

        var some: Set<String> {
            if case .known(_, let some) = self { return some }
            return []
        }
    }

    private let text: Located<String>
    private let names: Names
    private let captures: Captures
    private let reader: Reader
    private let tags: [TextTag]

    /// Parses a text and records an error for every tag that is unknown, unsupported or not closed. Returns `nil` after
    /// an error.
    static func check(
        _ text: Located<String>, names: Names, captures: Captures, _ reader: Reader
    ) -> RuleText? {
        let before = reader.diagnostics.count
        let checked = TextTags(
            text: text, names: names, captures: captures, reader: reader, tags: TextTag.tags(in: text.value))
        for tag in checked.tags { checked.check(tag) }
        guard reader.diagnostics.count == before else { return nil }
        checked.checkBalance()
        guard reader.diagnostics.count == before else { return nil }
        do {
            return try RuleText(text.value)
        } catch {
            reader.error(text.node.range, "the {{…}} tags of this text are not understood")
            return nil
        }
    }

    private func complain(_ range: Range<Int>, _ message: String, _ hint: String?) {
        if let written = text.node.written {
            // The text comes from the environment and may be a secret, so its tags are not shown.
            reader.error(text.node.range, "the {{…}} tags in '\(written)' are not in order")
        } else {
            reader.error(
                reader.place(of: range.lowerBound, length: range.count, in: text.node), message, hint: hint)
        }
    }

    private func check(_ tag: TextTag) {
        guard tag.isClosed else {
            complain(tag.whole, "'{{' is never closed", "write it like {{contact.name}}")
            return
        }
        switch tag.sigil {
        case "!", "/": return
        case "#", "^", "&", "{", nil: break
        case .some(let sigil):
            complain(
                tag.whole, "'{{\(sigil)' is not supported in texts",
                "use {{name}}, {{#name}}…{{/name}} or {{^name}}…{{/name}}")
            return
        }
        if captures.some.contains(tag.name), !tag.name.utf8.allSatisfy(Self.isLatin) {
            complain(
                tag.place, "a group that a text uses needs a name in Latin letters and digits",
                "rename it in the regex and here")
        } else if tag.name.isEmpty {
            complain(tag.whole, "the name is missing between '{{' and '}}'", "like {{contact.name}}")
        } else if !names.hasClock, names.isSound, !names.isConfiguration, Names.clock.contains(tag.name) {
            complain(
                tag.place, "'\(tag.name)' needs a clock, and nothing here says in which time zone it hangs",
                "add 'hours:' with a timezone; all hours must have the same one")
        } else if names.contains(tag.name) || captures.all.contains(tag.name) {
            return
        } else if !names.isSound, ["state.", "hours.", "now."].contains(where: tag.name.hasPrefix) {
            return
        } else if tag.name.hasPrefix("match.") {
            checkCapture(tag)
        } else if tag.name.hasPrefix("hours."), !names.isConfiguration,
            !names.all.contains(where: { $0.hasPrefix("hours.") })
        {
            complain(
                tag.place, "there are no hours '\(tag.name.split(separator: ".").dropFirst().first ?? "")'",
                "add them under 'hours:'")
        } else if tag.name.hasPrefix("state."), names.states.isEmpty {
            complain(tag.place, "no rule sets the state '\(tag.name.dropFirst(6))'", "set it: 'set: {name: value}'")
        } else {
            let known = names.all + captures.all.sorted()
            let isNumber = ["contact.phone", "contact.tel", "contact.mobile"].contains(tag.name)
            let near =
                isNumber ? "contact.number" : Suggestion.nearest(to: tag.name, among: known + captures.some)
            complain(
                tag.place, "unknown variable '\(tag.name)'",
                near.map { "did you mean '\($0)'?" } ?? "known are: \(known.joined(separator: ", "))"
            )
        }
    }

    /// Whether swift-mustache accepts the byte in names.
    private static func isLatin(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private func checkCapture(_ tag: TextTag) {
        let group = tag.name.dropFirst("match.".count)
        switch captures {
        case .unknown:
            return
        case .none:
            complain(
                tag.place, "'\(tag.name)' is known only in a rule",
                "known here are: \(names.all.joined(separator: ", "))")
        case .known(_, let some) where some.isEmpty:
            complain(tag.place, "'\(tag.name)' needs a regex in this rule's match", nil)
        case .known(_, let some) where some.contains(tag.name):
            // A text that first checks for the group does not need it in every expression.
            guard !tags.contains(where: { $0.sigil == "#" && $0.name == tag.name }) else { return }
            complain(
                tag.place, "not every regex of this rule captures '\(group)'",
                "name the group in each of them, or write {{#\(tag.name)}}…{{/\(tag.name)}} around what needs it")
        case .known(_, let some):
            let near = Suggestion.nearest(to: tag.name, among: some.filter { $0.last?.isNumber == false })
            let isNumber = group.allSatisfy { "0123456789".contains($0) }
            complain(
                tag.place, "no regex of this rule captures '\(group)'",
                near.map { "did you mean '\($0)'?" }
                    ?? (isNumber
                        ? "its groups in parentheses are counted from 1" : "name a group in the regex: (?<\(group)>…)")
            )
        }
    }

    private func checkBalance() {
        var open: [TextTag] = []
        for tag in tags {
            switch tag.sigil {
            case "#", "^":
                open.append(tag)
                if open.count > Self.depthLimit {
                    complain(tag.whole, "sections nested more than \(Self.depthLimit) deep", "use fewer of them")
                    return
                }
            case "/":
                guard let last = open.popLast() else {
                    complain(
                        tag.whole, "'{{/\(tag.name)}}' closes nothing", "remove it, or add {{#\(tag.name)}} before it")
                    return
                }
                guard last.name == tag.name else {
                    complain(
                        tag.place, "'{{/\(tag.name)}}' does not fit '{{\(last.sigil ?? "#")\(last.name)}}'",
                        "close what was opened last: {{/\(last.name)}}")
                    return
                }
            default: break
            }
        }
        if let last = open.last {
            complain(
                last.whole, "'{{\(last.sigil ?? "#")\(last.name)}}' is never closed",
                "add {{/\(last.name)}} where it ends")
        }
    }
}
