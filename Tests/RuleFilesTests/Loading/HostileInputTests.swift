import Foundation
import Responder
import RuleFiles
import Testing

@Suite struct HostileInputTests {
    @Test func aLineOfAMegabyteIsShownInPart() {
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

    /// Each question mark is read again in quotes, with the whole file each time.
    @Test func loneQuestionMarksByTheThousandEndWithTheAdviceToPutQuotesAroundThem() {
        let head = "version: 1\nrules:\n  - id: a\n    match: a\n    reply: b\n    tests:\n"
        func load(_ count: Int) -> LoadedRules {
            let text = head + String(repeating: "      - says: ?\n", count: count)
            return RuleSetLoader.load([SourceFile(path: "a.yaml", text: text)])
        }
        #expect(load(100).diagnostics.isEmpty)
        let diagnostics = load(10_000).diagnostics
        #expect(diagnostics.map(\.message) == ["a '?' with a space behind it begins a key in YAML"])
        #expect(diagnostics.map(\.hint) == ["put quotes around the text"])
    }
}
