import Responder
import RuleFiles

/// The results of the tests in rules files, in forms for people and machines.
struct TestReport {
    var results: [RuleTestResult]
    var rules: RuleSet

    var failureCount: Int { results.count { !$0.failures.isEmpty } }

    // MARK: Text

    func text(_ terminal: Terminal) -> String {
        var lines: [String] = []
        for result in results where !result.failures.isEmpty {
            let owner = result.test.rule.map { "\($0): " } ?? ""
            for failure in result.failures {
                lines.append(
                    "\(failure.place.file):\(failure.place.line): \(terminal.red("failed")): \(owner)\(result.test.name.isolated)"
                )
                if failure.says != result.test.name { lines.append("    the message: \(failure.says.isolated)") }
                lines += failure.difference.map { line in
                    "    " + (line.hasPrefix("-") ? terminal.red(line) : terminal.green(line))
                }
                lines += Self.why(failure, terminal)
            }
        }
        if results.isEmpty { lines.append("There are no tests. Add 'tests:' to a rule: see rules/README.md.") }
        let passed = results.count - failureCount
        let counts = "\(counted(passed, "test")) passed" + (failureCount > 0 ? ", \(failureCount) failed" : "")
        lines.append(failureCount > 0 ? terminal.red(counts) : terminal.green(counts))
        return (lines + coverage).joined(separator: "\n")
    }

    /// Returns the reasons of the rules that matched, and of the rules that the test expected.
    private static func why(_ failure: RuleTestResult.Failure, _ terminal: Terminal) -> [String] {
        let named = failure.difference.compactMap { $0.hasPrefix("- rule ") ? String($0.dropFirst(7)) : nil }
        let relevant = failure.why.filter { $0.isMatch || named.contains($0.rule) }.prefix(8)
        if relevant.isEmpty { return ["    why: no rule matches"] }
        return relevant.map { explanation in
            let place = terminal.dim("\(explanation.place.file):\(explanation.place.line)")
            return "    why: \(explanation.rule): \(explanation.because.isolatedQuotes)  \(place)"
        }
    }

    /// The lines about rules that have no test, and rules that no test has reached.
    private var coverage: [String] {
        let expected = results.flatMap(\.test.steps).compactMap { $0.expectation?.rule }
        let tested = Set(results.compactMap(\.test.rule) + expected)
        let reached = results.reduce(into: Set<String>()) { $0.formUnion($1.reached) }
        let ids = rules.rules.map(\.id)
        return [
            ("without a test", ids.filter { !tested.contains($0) }),
            ("never reached by a test", ids.filter { !reached.contains($0) }),
        ].compactMap { what, ids in
            guard !ids.isEmpty else { return nil }
            let more = ids.count > 10 ? ", and \(ids.count - 10) more" : ""
            return "\(counted(ids.count, "rule")) \(what): \(ids.prefix(10).joined(separator: ", "))\(more)"
        }
    }
}
