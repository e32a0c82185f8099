import Foundation
import Responder
import RuleFiles
import Testing

@Suite struct DiagnosticsTests {
    @Test("Each mistake is reported as its fixture expects, and no rule set comes of it", arguments: Fixture.errors)
    func report(_ fixture: Fixture) throws {
        let loaded = RuleSetLoader.load(try fixture.files)
        try fixture.expect(loaded.report())
        #expect(loaded.ruleSet == nil)
        #expect(!loaded.diagnostics.isEmpty)
    }

    @Test(
        "Each thing that is most likely not meant is warned of, and the rules load all the same",
        arguments: Fixture.warnings)
    func warnings(_ fixture: Fixture) throws {
        let loaded = RuleSetLoader.load(try fixture.files, lint: RuleLint())
        try fixture.expect(loaded.report())
        #expect(loaded.ruleSet != nil)
        #expect(loaded.diagnostics.count >= 1 && loaded.diagnostics.allSatisfy { $0.severity == .warning })
        // The file is named after the kind of its warning.
        #expect(loaded.diagnostics.allSatisfy { fixture.name.hasPrefix($0.code) })
    }

    @Test func noExpectationIsLeftOverFromAFixtureThatIsGone() {
        #expect(Fixture.orphans == [])
        #expect(Fixture.errors.count > 200)
    }
}
