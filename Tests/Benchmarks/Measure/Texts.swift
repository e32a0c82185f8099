import SeededRandom

/// The kind of conditions in a measured rule set.
enum RuleKind: String, CaseIterable, CustomStringConvertible {
    case keywords, contains, regexes, mixed

    var description: String { rawValue }
}

/// Rules and messages, half of them Hebrew, the same for the same seed.
enum Texts {
    private static let hebrew = Array("אבגדהוזחטיכלמנסעפצקרשת")
    private static let latin = Array("abcdefghijklmnopqrstuvwxyz")

    private static func word(_ letters: [Character], using random: inout SeededRandom) -> String {
        String((0..<Int.random(in: 4...9, using: &random)).map { _ in letters.randomElement(using: &random) ?? "a" })
    }

    private static func word(using random: inout SeededRandom) -> String {
        word(Bool.random(using: &random) ? hebrew : latin, using: &random)
    }

    /// Returns a rules file in YAML, and for each of its rules a text that the rule answers.
    static func rules(_ kind: RuleKind, _ count: Int, using random: inout SeededRandom) -> (
        yaml: String, hits: [String]
    ) {
        var text = "version: 1\nsettings: {expired: silent}\nrules:\n"
        var hits: [String] = []
        for number in 0..<count {
            let own: RuleKind =
                kind == .mixed ? [.keywords, .keywords, .contains, .regexes][number % 4] : kind
            let word = word(using: &random)
            let phrase = "\(self.word(using: &random)) \(self.word(using: &random))"
            let match =
                switch own {
                case .contains: "{contains: \(word)}"
                case .regexes: #"{regex: '\b\#(word)\s*#?(?<number>\d{2,})'}"#
                default: "[\(phrase), \(word)]"
                }
            text += "  - {id: r\(number), match: \(match), reply: \"\(phrase)\"}\n"
            hits.append(own == .regexes ? "\(word) 123" : own == .keywords && number % 2 == 0 ? phrase : word)
        }
        return (text, hits)
    }

    /// Returns messages of 3 to 12 words.
    static func messages(_ count: Int, using random: inout SeededRandom) -> [String] {
        (0..<count).map { _ in
            (0..<Int.random(in: 3...12, using: &random)).map { _ in word(using: &random) }.joined(separator: " ") + "?"
        }
    }

    /// Returns messages; every other one holds one of `hits`.
    static func messages(_ count: Int, holding hits: [String], using random: inout SeededRandom) -> [String] {
        messages(count, using: &random).enumerated().map { number, text in
            number % 2 == 0 ? text : "\(text) \(hits.randomElement(using: &random) ?? "")"
        }
    }
}
