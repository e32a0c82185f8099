public import Matching

/// The conditions of a rule on a message. All conditions that are given must hold.
public struct Match: Sendable {
    /// One word, phrase or text to look for, with its wording in the rules file.
    public struct Needle: Sendable {
        /// One wording and its pattern.
        public struct Wording: Sendable {
            /// The pattern to look for.
            public var pattern: TextPattern
            /// The words in the rules file, for explanations.
            public var source: String
            var id: TextIndex.PatternID?

            /// Creates a wording; ``RuleSet`` indexes its pattern later.
            public init(pattern: TextPattern, source: String) {
                self.pattern = pattern
                self.source = source
            }
        }

        /// The wordings to look for, of which one is enough (a word set is one needle with many wordings).
        public var wordings: [Wording]
        /// The name in the rules file: the wording itself, or `$name` of a word set.
        public var source: String

        /// Creates a needle; `source` is its name in explanations.
        public init(wordings: [Wording], source: String) {
            self.wordings = wordings
            self.source = source
        }

        var ids: [TextIndex.PatternID] { wordings.compactMap(\.id) }
    }

    /// The words or phrases of which the message has at least one.
    public var any: [Needle] = []
    /// The words or phrases that the message has all of.
    public var all: [Needle] = []
    /// The words or phrases of which the message has none.
    public var none: [Needle] = []
    /// The texts of which one is the whole message.
    public var exact: [Needle] = []
    /// The texts of which the message begins with one.
    public var starts: [Needle] = []
    /// The texts of which one is anywhere in the message.
    public var contains: [Needle] = []
    /// The regular expressions of which at least one matches.
    public var regex: [RegularExpression] = []
    /// The types of which the message has one; empty for every known type.
    public var types: Set<MessageType> = []

    /// The ids of the choices of which the message names one (``Rule/choiceID(_:_:)``); empty if the rule does not ask.
    public var choices: Set<String> = []

    /// The rule that sent the message which this message quotes; `nil` if the rule does not ask.
    public var replyingTo: String?

    /// Creates a match that asks for nothing: `anything`.
    public init() {}

    /// Whether the match asks for something in the words of the message.
    public var asksForText: Bool {
        !(any.isEmpty && all.isEmpty && none.isEmpty && exact.isEmpty && starts.isEmpty && contains.isEmpty
            && regex.isEmpty)
    }

    /// Whether the match holds for every message of a known type.
    public var asksForNothing: Bool { !asksForText && types.isEmpty && replyingTo == nil && choices.isEmpty }

    /// The patterns of which one must be in a message for the match to hold; `nil` if there is no set of this kind.
    /// Known once the match is registered.
    private(set) var required: [TextIndex.PatternID]?

    /// Adds all texts that the match looks for to an index.
    mutating func register(in index: inout TextIndex.Builder) {
        for path in [\Match.any, \.all, \.none, \.exact, \.starts, \.contains] {
            for part in self[keyPath: path].indices {
                for wording in self[keyPath: path][part].wordings.indices {
                    let pattern = self[keyPath: path][part].wordings[wording].pattern
                    self[keyPath: path][part].wordings[wording].id = index.insert(pattern)
                }
            }
        }
        // The choices that a message names lead to the rule: as many titles as menus may stand for one choice.
        guard choices.isEmpty else { return required = [] }
        let sets = [any, exact, starts, contains, Array(all.prefix(1))]
        required = sets.first { !$0.isEmpty }?.flatMap(\.ids) ?? requiredParts?.map { index.insert(part: $0) }
    }

    /// The texts of which every message that matches one of the regular expressions holds at least one.
    private var requiredParts: [[UInt8]]? {
        let texts = regex.map(\.requiredTexts)
        return texts.isEmpty || texts.contains(nil) ? nil : texts.flatMap { $0 ?? [] }
    }
}

/// A message prepared for matching.
struct Reading: Sendable {
    var text: String?
    /// The text as regular expressions see it; empty if there are none.
    var raw: String
    var found: TextMatches
    /// The ids of the choices that the message may name. Several menus may have a choice of the same title.
    var choices: [String] = []

    /// Prepares a message for the rules.
    ///
    /// - Parameters:
    ///   - message: The message.
    ///   - menu: The latest menu of the conversation.
    ///   - rules: The rules.
    ///   - now: The moment of deciding.
    init(_ message: Message, after menu: SentMenu?, rules: RuleSet, at now: Timestamp) {
        text = message.text
        raw = rules.hasRegexes ? (message.text ?? "").regexSubject : ""
        let folded = FoldedText(message.text ?? "")
        found = rules.index.matches(in: folded)
        guard let index = rules.choices else { return }
        choices = index.choices(of: message, folded, found, after: menu, at: now)
        // Who writes the number of a choice says its title, for rules that look for words.
        if choices.count == 1, let title = index.title(of: choices[0]), folded.wholeNumber != nil, title != folded {
            for id in rules.index.matches(in: title).all { found.insert(id) }
        }
    }

    func has(_ needle: Match.Needle) -> Bool {
        wording(of: needle) != nil
    }

    /// Returns the source of the needle's first wording that the message holds.
    func wording(of needle: Match.Needle) -> String? {
        needle.wordings.first { $0.id.map(found.contains) ?? false }?.source
    }
}

extension Match {
    /// The result of a match and the reason for it.
    enum Verdict {
        case holds(because: Evidence, groups: [String: String])
        case fails(because: Failure)
    }

    enum Evidence {
        case everyMessage
        case type(MessageType)
        case replying(String)
        case choice(String)
        case found(String)
        case noneFound
        case regex(String)
    }

    enum Failure {
        case type(MessageType)
        case notReplying(String)
        case notChosen(Set<String>)
        case noText
        case noneOf(String, [Needle])
        case missing(String)
        case excluded(String)
        case regex(gaveUp: Bool)
    }

    /// Tries the conditions in the order in which the rules language lists them, and stops at the first that fails.
    func verdict(on reading: Reading, type: MessageType, quotedRule: String? = nil) -> Verdict {
        guard types.isEmpty ? type.asked != .other : types.contains(type.asked) else {
            return .fails(because: .type(type))
        }
        if let replyingTo, replyingTo != quotedRule { return .fails(because: .notReplying(replyingTo)) }
        let chosen = choices.isEmpty ? nil : reading.choices.first(where: choices.contains)
        if !choices.isEmpty, chosen == nil { return .fails(because: .notChosen(choices)) }
        guard asksForText else {
            if let chosen { return .holds(because: .choice(chosen), groups: [:]) }
            if let replyingTo { return .holds(because: .replying(replyingTo), groups: [:]) }
            return .holds(because: types.isEmpty ? .everyMessage : .type(type), groups: [:])
        }
        guard reading.text != nil else { return .fails(because: .noText) }
        var evidence = chosen.map(Evidence.choice)
        for (name, needles) in [
            ("any", any), ("exact", exact), ("starts", starts), ("contains", contains),
        ] where !needles.isEmpty {
            guard let hit = needles.lazy.compactMap(reading.wording).first else {
                return .fails(because: .noneOf(name, needles))
            }
            evidence = evidence ?? .found(hit)
        }
        if let missing = all.first(where: { !reading.has($0) }) { return .fails(because: .missing(missing.source)) }
        if let first = all.first { evidence = evidence ?? reading.wording(of: first).map(Evidence.found) }
        if let unwanted = none.lazy.compactMap(reading.wording).first { return .fails(because: .excluded(unwanted)) }
        guard !regex.isEmpty else { return .holds(because: evidence ?? .noneFound, groups: [:]) }
        return verdictOnRegex(reading, evidence: evidence)
    }

    private func verdictOnRegex(_ reading: Reading, evidence: Evidence?) -> Verdict {
        var gaveUp = false
        for expression in regex {
            switch expression.firstMatch(in: reading.raw) {
            case .noMatch: continue
            case .gaveUp: gaveUp = true
            case .match(let values):
                var groups: [String: String] = [:]
                for (number, value) in values.enumerated() { groups[String(number)] = value }
                for (name, number) in expression.names { groups[name] = values[number] }
                return .holds(because: evidence ?? .regex(expression.pattern), groups: groups)
            }
        }
        return .fails(because: .regex(gaveUp: gaveUp))
    }
}

extension Match.Evidence: CustomStringConvertible {
    var description: String {
        switch self {
        case .everyMessage: "it answers every message"
        case .type(let type): "the message is of type \(type.shown)"
        case .replying(let rule): "the message quotes what '\(rule)' sent"
        case .choice(let id): "the contact chose '\(id)'"
        case .found(let source): "the message says '\(source)'"
        case .noneFound: "the message says none of what it excludes"
        case .regex(let pattern): "the message matches /\(pattern)/"
        }
    }
}

extension Match.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .type(let type) where type.asked == .other:
            "type: the message is of type \(type.shown), which only 'type: other' answers"
        case .type(let type): "type: the message is of type \(type.shown)"
        case .notReplying(let rule): "replying_to: the message does not quote what '\(rule)' sent"
        case .notChosen(let choices):
            "choice: the message is not \(choices.sorted().map { "'\($0)'" }.joined(separator: " or "))"
        case .noText: "the message has no text"
        case .noneOf(let name, let needles):
            // Words that stand directly after `match:` have no key of their own to name.
            (name == "any" ? "" : "\(name): ")
                + (needles.count == 1
                    ? "the message \(needles[0].missing(from: name))"
                    : "the message \(Self.verb(name)) none of its \(needles.count) words or phrases")
        case .missing(let source): "all: the message \(Match.Needle(wordings: [], source: source).missing(from: "all"))"
        case .excluded(let source): "none: the message says '\(source)'"
        case .regex(gaveUp: false): "regex: the message does not match"
        case .regex(gaveUp: true): "regex: given up, for this message takes it too long"
        }
    }

    /// The verb for what a message of that key does.
    fileprivate static func verb(_ key: String) -> String {
        switch key {
        case "exact": "is"
        case "starts": "begins with"
        case "contains": "contains"
        default: "says"
        }
    }
}

extension Match.Needle {
    /// The description of a message that does not hold the needle, which stands at that key.
    fileprivate func missing(from key: String) -> String {
        if source.hasPrefix("$"), source.count > 1 {
            return "\(Match.Failure.verb(key)) none of the words of \(source)"
        }
        switch key {
        case "exact": return "is not just '\(source)'"
        case "starts": return "does not begin with '\(source)'"
        case "contains": return "does not contain '\(source)'"
        default: return "does not say '\(source)'"
        }
    }
}
