import Responder
import RuleFiles
import Testing

@Suite struct ShadowOracleTests {
    private func answering(_ message: Message, _ rules: RuleSet) -> String? {
        let conversation = Conversation(
            window: Window(lastMessageAt: message.timestamp, end: message.timestamp + .hours(24)))
        return decide(message, in: conversation, by: rules, policy: DecisionPolicy(), at: message.timestamp).rule
    }

    private func load(_ set: OracleRules) throws -> RuleSet {
        let loaded = RuleSetLoader.load(set.files)
        return try #require(loaded.ruleSet, "\(loaded.report())")
    }

    /// Returns the words of a rule without the signs that make them keywords.
    private func words(of rule: OracleRule, in set: OracleRules) -> [String] {
        let all = [rule.any, rule.all, rule.exact, rule.starts, rule.contains].joined()
        return all.flatMap { word -> [String] in
            if word.hasPrefix("$"), let words = set.words[String(word.dropFirst())] { return words }
            return [word.hasPrefix("=") ? String(word.dropFirst()) : word]
        }
    }

    /// Returns the same rules, with this keyword alone under the rule's `any`.
    private func narrowed(_ set: OracleRules, rule: String, to keyword: String) -> OracleRules {
        var set = set
        for place in set.rules.indices where set.rules[place].id == rule { set.rules[place].any = [keyword] }
        return set
    }

    @Test("No message leads to a rule, or through a keyword, that is said to be out of reach", arguments: 0..<12)
    func accusations(seed: UInt64) throws {
        var random = RandomRules(seed: 7000 + seed)
        var (rulesAccused, keywordsAccused) = (0, 0)
        for number in 0..<60 {
            random.turnStock(of: 3)
            let set = random.ruleSet()
            for shadowing in try load(set).shadowings() {
                let accused = try #require(set.rules.first { $0.id == shadowing.rule })
                var tried = set
                if let keyword = shadowing.keyword {
                    keywordsAccused += 1
                    tried = narrowed(set, rule: shadowing.rule, to: keyword)
                } else {
                    rulesAccused += 1
                }
                let rules = try load(tried)
                let own = words(of: accused, in: tried) + [shadowing.keyword ?? "1234"]
                let all = tried.rules.flatMap { words(of: $0, in: tried) } + ["order 12345", "hello"]
                for attempt in 0..<80 {
                    let said = attempt < 40 ? random.some(of: own) : random.some(of: own + all)
                    let message = attempt < 75 ? random.message(attempt, of: said) : random.message(attempt)
                    guard answering(message, rules) == shadowing.rule else { continue }
                    Issue.record(
                        """
                        seed \(seed), rule set \(number): \(shadowing) is wrong
                        message: \(message.type.rawValue) \((message.text ?? "").debugDescription)
                        \(set.files.map { String(decoding: $0.bytes, as: UTF8.self) }.joined(separator: "\n"))
                        """)
                    return
                }
            }
        }
        // If no rule is accused, nothing is tested.
        #expect(rulesAccused > 15 && keywordsAccused > 5, "seed \(seed): \(rulesAccused), \(keywordsAccused)")
    }

    // MARK: What must be seen

    private func accused(_ rules: String) throws -> [String] {
        let text = """
            version: 1
            hours: {shop: {timezone: Asia/Jerusalem, open: {sun-thu: 09:00-18:00}}}
            words: {bye: [bye, להתראות]}
            rules:

            """
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: text + rules)])
        return try #require(loaded.ruleSet, "\(loaded.report())").shadowings().map {
            "\($0.rule)\($0.keyword.map { "[\($0)]" } ?? "") by \($0.by)"
        }
    }

    private static let first = "  - {id: a, reply: x, "
    private static let second = "}\n  - {id: b, reply: x, "

    @Test(
        "Each of these rules is seen to be out of reach",
        arguments: [
            ("match: anything", "match: hello"),
            ("match: hello", "match: hello"),
            ("match: hello", "match: [HELLO]"),
            ("match: [hello, hi]", "match: [hi, hello]"),
            ("match: hello", "match: hello there"),
            ("match: משלוח", "match: [=המשלוח, כמה עולה משלוח]"),
            ("match: hello", "match: {exact: hello world}"),
            ("match: {contains: ell}", "match: {any: hello}"),
            ("match: {starts: he}", "match: {starts: hello}"),
            ("match: {starts: he}", "match: {exact: hello}"),
            ("match: {contains: b}", "match: {contains: abc}"),
            ("match: hello", "match: {all: [hello, there]}"),
            ("match: {any: hello, fuzzy: 1}", "match: hello"),
            ("match: {any: hello, none: bye}", "match: {any: hello, none: [$bye]}"),
            ("match: {regex: '\\d+'}", "match: {regex: '\\d+'}"),
            ("match: {type: [image, text]}", "match: {type: image}"),
            ("match: $bye", "match: bye"),
            ("match: hello, when: {open: shop}", "match: hello, when: {open: shop, language: en}"),
            ("match: hello, opt_in: true", "match: hello"),
            ("match: 机", "match: 机票"), ("match: {contains: 机票}", "match: 买机票吧"),
            ("match: C", "match: 'C#'"), ("match: '#'", "match: 'C#'"), ("match: 'C+'", "match: C++"),
            ("match: 'C#'", "match: {exact: '*C#*'}"), ("match: {exact: C}", "match: {exact: 'C#'}"),
        ])
    func outOfReach(first: String, second: String) throws {
        #expect(try accused("\(Self.first)\(first)\(Self.second)\(second)}\n") == ["b by a"])
    }

    @Test(
        "None of these is out of reach",
        arguments: [
            ("match: hello", "match: hi"),
            ("match: hello there", "match: hello"),
            ("match: המשלוח", "match: משלוח"),
            ("match: '=משלוח'", "match: משלוח"),
            ("match: {exact: hello}", "match: hello"),
            ("match: hello", "match: {any: hello, fuzzy: 1}"),
            ("match: {any: hello, none: bye}", "match: hello"),
            ("match: hello, continue: true", "match: hello"),
            ("match: hello, cooldown: 1h", "match: hello"),
            ("match: hello, mode: shadow", "match: hello"),
            ("match: hello, when: {open: shop}", "match: hello"),
            ("match: hello", "match: hello, opt_in: true"),
            ("match: {contains: cafe}", "match: café"),
            ("match: {any: hello, type: image}", "match: hello"),
            ("match: {contains: hello}", "match: anything"),
            ("match: {any: hello, replying_to: a}", "match: hello"),
            ("match: 机票", "match: 机 票"),
            ("match: 'C#'", "match: C"), ("match: C++", "match: 'C+'"), ("match: '##'", "match: '#C#'"),
            ("match: {exact: 'C#'}", "match: {exact: C}"), ("match: 'C#'", "match: '#C'"),
        ])
    func withinReach(first: String, second: String) throws {
        #expect(try accused("\(Self.first)\(first)\(Self.second)\(second)}\n") == [])
    }

    @Test func aHigherPriorityTurnsTheAccusationRound() throws {
        #expect(try accused("\(Self.first)match: hello\(Self.second)match: hello, priority: 1}\n") == ["a by b"])
    }

    @Test func ofSeveralKeywordsThoseAreNamedThatLeadNowhere() throws {
        let rules = "\(Self.first)match: [hello, שעות]\(Self.second)match: [hello you, hi, שעות פתיחה, $bye]}\n"
        #expect(try accused(rules) == ["b[hello you] by a", "b[שעות פתיחה] by a"])
    }
}
