public import Matching

/// What a rule asks of a message. All conditions that are given must hold.
public struct Match: Sendable {
    /// One word, phrase or text to look for, with its wording in the rules file.
    public struct Needle: Sendable {
        /// One wording and the pattern it makes.
        public struct Wording: Sendable {
            /// What is looked for.
            public var pattern: TextPattern
            /// The words in the rules file, for explanations.
            public var source: String
            var id: TextIndex.PatternID?

            /// Makes a wording of its parts.
            public init(pattern: TextPattern, source: String) {
                self.pattern = pattern
                self.source = source
            }
        }

        /// What is looked for; one of them is enough (a word set is one needle of many wordings).
        public var wordings: [Wording]
        /// How the rules file names it: the wording itself, or `$name` of a word set.
        public var source: String

        /// Makes a needle of its wordings and its name.
        public init(wordings: [Wording], source: String) {
            self.wordings = wordings
            self.source = source
        }

        var ids: [TextIndex.PatternID] { wordings.compactMap(\.id) }
    }

    /// At least one of these words or phrases.
    public var any: [Needle] = []
    /// Every one of these words or phrases.
    public var all: [Needle] = []
    /// Not one of these words or phrases.
    public var none: [Needle] = []
    /// The whole message is one of these.
    public var exact: [Needle] = []
    /// The message begins with one of these.
    public var starts: [Needle] = []
    /// One of these is anywhere in the message.
    public var contains: [Needle] = []
    /// At least one of these regular expressions.
    public var regex: [RegularExpression] = []
    /// The message is of one of these types; empty where the rule does not ask.
    public var types: Set<MessageType> = []

    /// The message quotes something that this rule sent.
    public var replyingTo: String?

    /// A match that asks nothing: `anything`.
    public init() {}

    /// Whether it asks for something in the words of the message.
    public var asksForText: Bool {
        !(any.isEmpty && all.isEmpty && none.isEmpty && exact.isEmpty && starts.isEmpty && contains.isEmpty
            && regex.isEmpty)
    }

    /// Whether it holds for every message.
    public var asksForNothing: Bool { !asksForText && types.isEmpty && replyingTo == nil }

    /// Patterns of which one must be in a message for this to hold; nil where there is no such set. Known once the match
    /// is registered.
    private(set) var required: [TextIndex.PatternID]?

    /// Puts everything that is looked for into an index.
    mutating func register(in index: inout TextIndex.Builder) {
        for path in [\Match.any, \.all, \.none, \.exact, \.starts, \.contains] {
            for place in self[keyPath: path].indices {
                for wording in self[keyPath: path][place].wordings.indices {
                    let pattern = self[keyPath: path][place].wordings[wording].pattern
                    self[keyPath: path][place].wordings[wording].id = index.insert(pattern)
                }
            }
        }
        let sets = [any, exact, starts, contains, Array(all.prefix(1))]
        required = sets.first { !$0.isEmpty }?.flatMap(\.ids) ?? requiredParts?.map { index.insert(part: $0) }
    }

    /// Texts of which every message that one of the regular expressions matches holds at least one.
    private var requiredParts: [[UInt8]]? {
        let texts = regex.map(\.requiredTexts)
        return texts.isEmpty || texts.contains(nil) ? nil : texts.flatMap { $0 ?? [] }
    }
}

/// A message laid out for matching.
struct Reading: Sendable {
    var text: String?
    var raw: String
    var found: TextMatches

    init(_ message: Message, index: TextIndex) {
        text = message.text
        raw = (message.text ?? "").withoutBidiMarks
        found = index.matches(in: FoldedText(message.text ?? ""))
    }

    func has(_ needle: Match.Needle) -> Bool {
        wording(of: needle) != nil
    }

    /// The wording of the needle that the message holds.
    func wording(of needle: Match.Needle) -> String? {
        needle.wordings.first { $0.id.map(found.contains) ?? false }?.source
    }
}

extension Match {
    /// Why a match holds or does not.
    enum Verdict {
        case holds(because: Evidence, groups: [String: String])
        case fails(because: Failure)
    }

    enum Evidence {
        case everyMessage
        case type(MessageType)
        case replying(String)
        case found(String)
        case noneFound
        case regex(String)
    }

    enum Failure {
        case type(MessageType)
        case notReplying(String)
        case noText
        case noneOf(String, [Needle])
        case missing(String)
        case excluded(String)
        case regex(gaveUp: Bool)
    }

    /// Tries the conditions in the order in which the language lists them and stops at the first that fails.
    func verdict(on reading: Reading, type: MessageType, quotedRule: String? = nil) -> Verdict {
        if !types.isEmpty, !types.contains(type) { return .fails(because: .type(type)) }
        if let replyingTo, replyingTo != quotedRule { return .fails(because: .notReplying(replyingTo)) }
        guard asksForText else {
            if let replyingTo { return .holds(because: .replying(replyingTo), groups: [:]) }
            return .holds(because: types.isEmpty ? .everyMessage : .type(type), groups: [:])
        }
        guard reading.text != nil else { return .fails(because: .noText) }
        var evidence: Evidence?
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
        case .type(let type): "the message is of type \(type.rawValue)"
        case .replying(let rule): "the message quotes what '\(rule)' sent"
        case .found(let source): "the message says '\(source)'"
        case .noneFound: "the message says none of what it excludes"
        case .regex(let pattern): "the message matches /\(pattern)/"
        }
    }
}

extension Match.Failure: CustomStringConvertible {
    var description: String {
        switch self {
        case .type(let type): "type: the message is of type \(type.rawValue)"
        case .notReplying(let rule): "replying_to: the message does not quote what '\(rule)' sent"
        case .noText: "the message has no text"
        case .noneOf(let name, let needles):
            // Words that simply stand behind `match:` have no key of their own that could be named.
            (name == "any" ? "" : "\(name): ")
                + (needles.count == 1
                    ? "the message \(needles[0].missing)"
                    : "the message says none of its \(needles.count) words or phrases")
        case .missing(let source): "all: the message \(Match.Needle(wordings: [], source: source).missing)"
        case .excluded(let source): "none: the message says '\(source)'"
        case .regex(gaveUp: false): "regex: the message does not match"
        case .regex(gaveUp: true): "regex: given up, for this message takes it too long"
        }
    }
}

extension Match.Needle {
    /// What a message lacks that does not hold it.
    fileprivate var missing: String {
        source.hasPrefix("$") && source.count > 1 ? "says none of the words of \(source)" : "does not say '\(source)'"
    }
}
