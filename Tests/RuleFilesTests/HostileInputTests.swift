import Foundation
import Responder
import RuleFiles
import Testing

@Suite struct HostileInputTests {
    /// SplitMix64: the same seed, the same mutations.
    struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    static let sound = """
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

        """

    /// Pieces that change the meaning of what is around them.
    static let pieces =
        [
            "\"", "'", "{", "}", "[", "]", ": ", "- ", "\n", "\r\n", "\t", "#", "&g ", "*g", "|", ">", "!", "%", "@",
            "{{", "}}",
            "(", "\\", "\0", "\u{1}", "\u{FEFF}", "\u{2028}", "\u{85}", "\u{202E}", "ָ", "---\n", "...", "<<: *g", "? ",
            "~", ",",
        ].map { Array($0.utf8) } + [[0xFF], [0xC3], [0xED, 0xA0, 0x80]]

    func mutated(seed: UInt64) -> [UInt8] {
        var random = Random(state: seed)
        var bytes = Array(Self.sound.utf8)
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            let end = min(place + Int.random(in: 0...12, using: &random), bytes.count)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.removeSubrange(place..<end)
            case 1: bytes.insert(contentsOf: Self.pieces.randomElement(using: &random) ?? [], at: place)
            case 2: bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
            default: bytes.replaceSubrange(place..<end, with: Self.pieces.randomElement(using: &random) ?? [])
            }
        }
        return bytes
    }

    @Test("The file that is mutated is sound itself")
    func soundFile() {
        #expect(RuleSetLoader.load([SourceFile(path: "a.yaml", text: Self.sound)]).report() == "")
    }

    @Test("A mutated file comes to a rule set or to an error in its lines, never to neither", arguments: 0..<8)
    func mutations(_ part: UInt64) {
        var broken = 0
        for seed in (part * 500)..<(part * 500 + 500) {
            let file = SourceFile(path: "a.yaml", bytes: mutated(seed: seed))
            let loaded = RuleSetLoader.load([file])
            #expect((loaded.ruleSet == nil) == loaded.diagnostics.hasErrors, "seed \(seed)")
            let lines = file.lines()
            for diagnostic in loaded.diagnostics {
                guard let range = diagnostic.range else { continue }
                #expect((1...lines.count + 1).contains(range.line), "seed \(seed): \(diagnostic.headline)")
                let width = lines.indices.contains(range.line - 1) ? lines[range.line - 1].unicodeScalars.count : 0
                #expect((1...width + 1).contains(range.column), "seed \(seed): \(diagnostic.headline)")
            }
            #expect(Set(loaded.diagnostics).count == loaded.diagnostics.count, "seed \(seed)")
            // A terminal obeys control characters.
            let controls = loaded.report().unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }
            #expect(!controls, "seed \(seed)")
            broken += loaded.ruleSet == nil ? 1 : 0
        }
        #expect((50..<500).contains(broken))
    }

    @Test("A line of a megabyte is shown in part")
    func longLine() {
        let text =
            "version: 1\nrules:\n  - {id: a, match: a, reply: \"\(String(repeating: "א", count: 500_000)){{x}}\"}\n"
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: text)])
        #expect(
            loaded.diagnostics.map(\.message) == [
                "the text has 500005 characters, a message takes at most 4096", "unknown variable 'x'",
            ]
        )
        #expect(loaded.diagnostics.last?.range == SourceRange(line: 3, column: 500_033, length: 1))
        #expect(loaded.report().utf8.count < 2000)
    }

    @Test(
        "A megabyte without an end ends with one diagnostic",
        arguments: ["[", "{", "- ", "a: ", "\"", "&a ", "? ", "*", "{{", "!"])
    func repeated(_ piece: String) {
        let text = "version: 1\nrules: " + String(repeating: piece, count: 1_000_000 / piece.utf8.count)
        let loaded = RuleSetLoader.load([SourceFile(path: "a.yaml", text: text)])
        #expect(loaded.ruleSet == nil)
        #expect(loaded.diagnostics.count == 1)
        #expect(loaded.report().utf8.count < 2000)
    }
}
