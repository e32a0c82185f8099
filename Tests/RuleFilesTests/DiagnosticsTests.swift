import Foundation
import Responder
import RuleFiles
import Testing

@Suite struct DiagnosticsTests {
    @Test("Each mistake is reported as its fixture expects, and no rule set comes of it", arguments: Fixture.all)
    func report(_ fixture: Fixture) throws {
        let loaded = RuleSetLoader.load(try fixture.files)
        try fixture.expect(loaded.report())
        #expect(loaded.ruleSet == nil)
        #expect(!loaded.diagnostics.isEmpty)
    }

    @Test("No expectation is left over from a fixture that is gone")
    func orphans() {
        #expect(Fixture.orphans == [])
        #expect(Fixture.all.count > 80)
    }
}
