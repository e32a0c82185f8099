import Foundation
import Responder
import RuleFiles
import SeededRandom
import Testing

@testable import replyd

@Suite struct RulesFileFuzzTests {
    private static let pieces = [
        "\"", "'", "{", "}", "[", "]", ": ", ":", "- ", "-", "#", " #", "&g ", "*g", "*", "|", "|2-", ">", "!",
        "!!str ",
        "%", "@", "`", "{{", "}}", "{{contact.name}}", "{{#contact.name}}", "{{/contact.name}}", "(", "(?<n>", "\\",
        "\\x41", "\\uD800", "---\n", "...", "<<: *g", "? ", "?", "~", ",", "no", "0", "-1", "1e999", "9:30",
        "99999999999999999999", "24:00-00:00", "9999-99-99", "9d", "$greeting", "=", "version: 2", "regex: '(a+)+$'",
        "fuzzy: 2", "match: anything", "when: {not: {open: shop}}", "any: [", "set: {a: '{{state.a}}'}", "tests:",
        "      - {says: x, at: 2026-03-27 02:30, after: 1d, expect: silent}\n", "timezone: Asia/Jerusalem",
        String(repeating: "[", count: 100), String(repeating: "x", count: 300),
    ]
    private static let sound = Array(
        """
        version: 1
        settings: {quote: true, expired: {template: reopen, language: he, variables: ["{{contact.name}}"]}}
        words:
          greeting: &g [שלום, "בוקר טוב", hello]
        rules:
          - id: order
            match: {regex: ['(?<number>\\d+) (הזמנה|"x")', "a\\\\d(?<number>b)"], none: [$greeting]}
            reply: |
              שָׁלוֹם {{#contact.name}}{{contact.name}}{{/contact.name}} 👩‍💻 {{match.number}}
          - id: hello
            match: *g
            priority: 5
            reply: [one, {text: 'it''s two', quote: false}]
          - {id: image, match: {type: [image, video]}, template: {name: t, header: {image: https://x.il/a.png}}}

        """.utf8)

    private static let mutator = Mutator(
        [sound] + Corpus.files(["rules"]) + Corpus.reference, broken: Corpus.files(["Tests/RuleFilesTests/Fixtures"]),
        pieces: pieces)

    private static let messages: [Message] = ["hello", "מה שעות הפתיחה?", "הזמנה 1234", "x", ""].map {
        Message(
            account: "1", unique: "m", contact: Contact(address: "2", name: "דנה"), body: $0,
            timestamp: Timestamp(seconds: 1_800_000_000))
    }

    private static func check(_ bytes: [UInt8]) throws -> Bool {
        let file = SourceFile(path: "a.yaml", bytes: bytes)
        let loaded = RuleSetLoader.load([file], lint: RuleLint())
        try #require((loaded.ruleSet == nil) == loaded.diagnostics.hasErrors)
        try checkPlaces(loaded.diagnostics, in: file)
        try #require(Set(loaded.diagnostics).count == loaded.diagnostics.count, "each is said once")

        let text = loaded.report()
        try checkIsVisible(text)
        var report = CheckReport()
        report.add(loaded.diagnostics, text: text)
        // Not read by ``JSON``, which wrote it.
        let json = try JSONSerialization.jsonObject(with: Data(report.json.utf8)) as? [String: [Any]]
        try #require(json?["diagnostics"]?.count == loaded.diagnostics.count)
        let sarif = try JSONSerialization.jsonObject(with: Data(report.sarif.utf8)) as? [String: Any]
        try #require(sarif?["runs"] != nil)

        let again = RuleSetLoader.load([file], lint: RuleLint())
        try #require(again.diagnostics == loaded.diagnostics && again.ruleSet?.revision == loaded.ruleSet?.revision)
        guard let rules = loaded.ruleSet, let others = again.ruleSet else { return false }
        for message in messages {
            var conversation = Conversation()
            conversation.receive(message, at: message.timestamp)
            let decisions = [rules, others].map {
                decide(message, in: conversation, by: $0, policy: DecisionPolicy(), at: message.timestamp)
            }
            try #require(
                decisions[0].rule == decisions[1].rule && decisions[0].outcome == decisions[1].outcome
                    && decisions[0].because == decisions[1].because)
            try #require(decisions[0].sends == decisions[1].sends)
        }
        return true
    }

    @Test(arguments: Fuzz.seeds(480))
    func aDamagedFileComesToRulesOrToErrorsInItsLinesEachTimeTheSame(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0.01...0.9) { random in try Self.check(Self.mutator.mutated(using: &random)) }
    }

    /// Beginnings of files after which a value may stand.
    private static let places = [
        "version: 1\nrules: ", "version: 1\nwords: ", "version: 1\nwords: {a: ", "version: ",
        "version: 1\nrules:\n  - id: a\n    match: ", "version: 1\nrules:\n  - id: a\n    reply: hi\n    when: ",
        "version: 1\nhours: {shop: {timezone: UTC, open: ", "",
    ]

    /// Returns a file with aliases that come to billions of values, brackets without end, or lines of a megabyte.
    private static func monster(using random: inout SeededRandom) -> [UInt8] {
        let place = random.one(of: places)
        switch random.upTo(4) {
        case 3:
            let head = random.one(of: ["", "version: 1\nrules:\n", "version: 1\ntests:\n"])
            let line = random.one(of: [
                "- says: ?", "- ?", "? a", "a: b", "- {id: a, match: a, reply: a}", "- id: a", "- &a *a",
            ])
            return Array((head + String(repeating: line + "\n", count: random.upTo(2000))).utf8)
        case 0:
            let width = 2 + random.upTo(9)
            var text = "a0: &a0 [x, y]\n"
            for level in 1...(2 + random.upTo(40)) {
                let isMapping = random.chance(0.3)
                let items = (0..<width).map { isMapping ? "k\($0): *a\(level - 1)" : "*a\(level - 1)" }
                let list = items.joined(separator: ", ")
                text += "a\(level): &a\(level) \(isMapping ? "{\(list)}" : "[\(list)]")\n"
            }
            return Array((text + place + "*a1").utf8)
        case 1:
            let opening = random.one(of: [
                "[", "{", "{a: ", "[{b: [", "- ", "? ", "{not: ", "{any: [", "&b [", "!!seq [",
            ])
            let closing = opening.reversed().compactMap { ["{": "}", "[": "]"][$0] }.joined()
            let depth = random.upTo(10_000)
            let tail = String(repeating: closing, count: random.chance(0.5) ? depth : random.upTo(depth + 1))
            return Array((place + String(repeating: opening, count: depth) + "x" + tail).utf8)
        default:
            let quote = random.one(of: ["", "\"", "'", "["])
            let piece = random.one(
                of: [
                    "a", "א", " b", ",", "{{x}}", "''", "\\\"", "\\u0041", "👩‍👩‍👧", "\u{200F}", "$a ", "#",
                ] + HostileText.kinds.map(\.repeated))
            let line = String(repeating: piece, count: 1_000_000 / piece.utf8.count)
            return Array((place + quote + line + (random.chance(0.7) ? quote : "") + "\n").utf8)
        }
    }

    @Test(arguments: Fuzz.seeds(24))
    func monstersEndWithErrorsToo(seeds: Range<UInt64>) {
        Fuzz.each(of: seeds, share: 0...1) { random in try Self.check(Self.monster(using: &random)) }
    }
}

/// Checks that no diagnostic points past its line.
func checkPlaces(_ diagnostics: [Diagnostic], in file: SourceFile) throws {
    let lines = file.lines()
    for diagnostic in diagnostics {
        guard let range = diagnostic.range else { continue }
        try #require((1...lines.count).contains(range.line), "\(diagnostic.headline)")
        let width = lines[range.line - 1].unicodeScalars.count
        // Something that is missing is missing behind the last character.
        try #require((1...width + 1).contains(range.column), "\(diagnostic.headline)")
        let end = range.column + range.length - 1
        try #require(end <= max(width, range.column), "\(diagnostic.headline), \(range.length) long of \(width)")
    }
}

/// Checks that a report has no control characters, which a terminal would obey.
func checkIsVisible(_ report: String) throws {
    let controls = report.unicodeScalars.filter {
        $0.properties.generalCategory == .control && $0 != "\n" && $0 != "\t"
    }
    try #require(controls.isEmpty, "\(report.debugDescription)")
}
