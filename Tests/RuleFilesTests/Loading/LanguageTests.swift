import Matching
import Responder
import RuleFiles
import Testing

@Suite struct LanguageTests {
    func rules(_ texts: String...) throws -> [Rule] {
        let files = texts.enumerated().map { SourceFile(path: "\($0).yaml", text: $1) }
        let loaded = RuleSetLoader.load(files)
        #expect(loaded.report() == "")
        return try #require(loaded.ruleSet).rules
    }

    func bubbles(_ rule: Rule) -> [Rule.Bubble] {
        if case .reply(let bubbles) = rule.answer { return bubbles }
        return []
    }

    @Test func aBubblesQuoteComesBeforeItsRulesTheRulesBeforeTheFilesAndRepliesQuoteByDefault() throws {
        let body = """
            rules:
              - {id: a, match: a, reply: [one, {text: two, quote: false}, {text: three, quote: true}]}
              - {id: b, match: b, quote: false, reply: [one, {text: two, quote: true}]}
              - {id: c, match: c, quote: true, reply: one}
            """
        let usual = try rules("version: 1\n\(body)")
        #expect(usual.map { bubbles($0).map(\.quote) } == [[true, false, true], [false, true], [true]])
        let off = try rules("version: 1\nsettings: {quote: no}\n\(body)")
        #expect(off.map { bubbles($0).map(\.quote) } == [[false, false, true], [false, true], [true]])
    }

    @Test func aRulesPrefixesComeBeforeTheFilesAndNeitherMeansLongWordsOnly() throws {
        let body = """
            rules:
              - {id: a, match: רגל, reply: x}
              - {id: b, match: רגל, reply: x, prefixes: true}
              - {id: c, match: רגל, reply: x, prefixes: false}
            """
        func patterns(_ rules: [Rule]) -> [TextPattern] {
            rules.flatMap(\.match.any).flatMap(\.wordings).map(\.pattern)
        }
        func phrase(_ prefixes: Phrase.Prefixes) throws -> TextPattern {
            .phrase(try #require(Phrase("רגל", prefixes: prefixes)))
        }
        let (always, never) = (try phrase(.always), try phrase(.never))
        #expect(always != never)
        #expect(patterns(try rules("version: 1\n\(body)")) == [try phrase(.longWords), always, never])
        #expect(patterns(try rules("version: 1\nsettings: {prefixes: on}\n\(body)")) == [always, always, never])
        #expect(patterns(try rules("version: 1\nsettings: {prefixes: off}\n\(body)")) == [never, always, never])
    }

    @Test func aRulesAccentsComeBeforeTheFilesAndCountByThemselves() throws {
        let body = """
            rules:
              - {id: a, match: {any: qué, exact: qué, starts: qué, contains: qué}, reply: x}
              - {id: b, match: {any: qué, exact: qué, starts: qué, contains: qué}, reply: x, accents: ignore}
              - {id: c, match: {any: qué, exact: qué, starts: qué, contains: qué}, reply: x, accents: count}
            """
        func accents(_ head: String) throws -> [[Accents]] {
            try rules("version: 1\n\(head)\(body)").map { rule in
                [rule.match.any, rule.match.exact, rule.match.starts, rule.match.contains].map {
                    $0[0].wordings[0].pattern.accents
                }
            }
        }
        func all(_ accents: Accents...) -> [[Accents]] { accents.map { Array(repeating: $0, count: 4) } }
        #expect(try accents("") == all(.count, .ignore, .count))
        #expect(try accents("settings: {accents: ignore}\n") == all(.ignore, .ignore, .count))
    }

    @Test func aRulesExpiredComesBeforeTheFilesSilenceIncluded() throws {
        let body = """
            rules:
              - {id: a, match: a, reply: x}
              - {id: b, match: b, reply: x, expired: {template: own, language: en}}
              - {id: c, match: c, reply: x, expired: silent}
            """
        func fallbacks(_ rules: [Rule]) -> [String] {
            rules.map {
                switch $0.expired {
                case nil: "none"
                case .silent: "silent"
                case .template(let template): "\(template.name) \(template.language.rawValue)"
                }
            }
        }
        #expect(fallbacks(try rules("version: 1\n\(body)")) == ["none", "own en", "silent"])
        #expect(
            fallbacks(try rules("version: 1\nsettings: {expired: {template: file}}\n\(body)")) == [
                "file he", "own en", "silent",
            ]
        )
        #expect(
            fallbacks(try rules("version: 1\nsettings: {expired: silent}\n\(body)")) == ["silent", "own en", "silent"])
    }

    @Test func aWordSetOfTheSameFileComesBeforeThoseOfOthersAndTheseInTheOrderOfFiles() throws {
        let rule = "rules: [{id: ID, match: [$greeting, $bye], reply: x}]"
        let all = try rules(
            "version: 1\n" + rule.replacing("ID", with: "a"),
            "version: 1\nwords: {greeting: [hello, hi], bye: [bye]}\n" + rule.replacing("ID", with: "b"),
            "version: 1\nwords: {greeting: [שלום]}\n" + rule.replacing("ID", with: "c")
        )
        let sources = all.map { $0.match.any.map { $0.wordings.map(\.source) } }
        #expect(sources == [[["hello", "hi"], ["bye"]], [["hello", "hi"], ["bye"]], [["שלום"], ["bye"]]])
        #expect(all[0].match.any.map(\.source) == ["$greeting", "$bye"])
    }

    @Test func aDollarSignBeforeADigitAndAloneIsNoWordSet() throws {
        let all = try rules("version: 1\nrules: [{id: a, match: [$100, $, =$hello], reply: x}]")
        #expect(all[0].match.any.map { $0.wordings.map(\.source) } == [["$100"], ["$"], ["=$hello"]])
    }

    @Test(
        "Texts stay as they are written",
        arguments: [
            "no", "yes", "0501234567", "9:30", "1e3", "0x1F", "1.0", "2026-01-01", "=", "\"~\"", "'null'", "''''",
        ]
    )
    func scalars(_ written: String) throws {
        let expected = ["\"~\"": "~", "'null'": "null", "''''": "'"][written] ?? written
        let all = try rules("version: 1\nrules:\n  - {id: a, match: anything, reply: \(written)}\n")
        #expect(bubbles(all[0]).map(\.text.source) == [expected])
    }

    @Test("Blocks keep or fold their lines as YAML says, in files with CRLF too", arguments: ["\n", "\r\n"])
    func blocks(_ end: String) throws {
        let text = """
            version: 1
            rules:
              - id: a
                match: anything
                reply:
                  - |
                    one
                      two
                  - >-
                    one
                    two
                  - "one
                    two"

            """
        let all = try rules(text.replacing("\n", with: end))
        #expect(bubbles(all[0]).map(\.text.source) == ["one\n  two\n", "one two", "one two"])
    }

    @Test func aMarkOfByteOrderAtTheBeginningChangesNothing() throws {
        #expect(try rules("\u{FEFF}version: 1\nrules: [{id: a, match: a, reply: x}]\n").count == 1)
    }

    @Test func rulesAreTriedByPriorityThenByFileAndPlaceDisabledOnesAreNotThere() throws {
        let all = try rules(
            "version: 1\nrules:\n- {id: a, match: x, reply: x, priority: -1}\n- {id: b, match: x, reply: x}\n",
            "version: 1\nrules:\n- {id: c, match: x, reply: x}\n- {id: d, match: x, reply: x, priority: 5}\n"
                + "- {id: e, match: x, reply: x, enabled: false}\n- {id: f, match: x, continue: true}\n"
        )
        #expect(all.map(\.id) == ["d", "b", "c", "f", "a"])
        #expect(all.map(\.continues) == [false, false, false, true, false])
        #expect(all[1].place == Place(file: "0.yaml", line: 4))
    }

    @Test func anAliasStandsForWhatItsAnchorNames() throws {
        let all = try rules(
            "version: 1\nrules:\n- {id: a, match: &m [x, y], reply: &r hi}\n- {id: b, match: *m, reply: *r}\n")
        #expect(all[1].match.any.map(\.source) == ["x", "y"])
        #expect(bubbles(all[1]).map(\.text.source) == ["hi"])
    }

    @Test("A file with nothing in it lacks its version", arguments: ["", "# x\n"])
    func emptyFile(_ text: String) {
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: text)])
        #expect(loaded.diagnostics.map(\.headline) == ["a.yaml:1:1: error: a rules file begins with its version"])
    }
}
