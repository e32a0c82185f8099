import Foundation
import RuleFiles
import Testing

/// Every example that the language reference shows must be true.
@Suite struct ReadmeTests {
    struct Example: CustomTestStringConvertible {
        var line: Int
        var text: String
        /// Whether the example is a recipe: recipes stand on their own and begin with their name.
        var isRecipe: Bool { text.hasPrefix("# ") }
        var testDescription: String { "line \(line)" }
    }

    static let examples: [Example] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../rules/README.md")
        let lines = ((try? String(contentsOf: file, encoding: .utf8)) ?? "").components(separatedBy: "\n")
        var examples: [Example] = []
        var open: Example?
        for (number, line) in lines.enumerated() {
            if line == "```yaml" {
                open = Example(line: number + 1, text: "")
            } else if line == "```", let example = open {
                if example.text.contains(/^rules:$/.anchorsMatchLineEndings()) { examples.append(example) }
                open = nil
            } else {
                open?.text += line + "\n"
            }
        }
        return examples
    }()

    @Test func thereAreExamplesAndRecipes() {
        #expect(Self.examples.count > 8)
        #expect(Self.examples.count(where: \.isRecipe) >= 8)
    }

    @Test(arguments: examples)
    func eachExampleIsInOrderAndItsTestsPass(example: Example) async throws {
        let text = example.text.contains("version: 1") ? example.text : "version: 1\n" + example.text
        let file = SourceFile(path: "README.md", text: text)
        let loaded = RuleSetLoader.load([file], lint: example.isRecipe ? RuleLint() : nil)
        #expect(loaded.diagnostics.isEmpty, "\(loaded.report())")
        let rules = try #require(loaded.ruleSet)
        let results = await RuleTestRunner(rules: rules).run(loaded.tests)
        #expect(results.flatMap(\.failures).map(\.difference) == [])
        if example.isRecipe { #expect(!results.isEmpty) }
    }
}
