import Daemon
import JSONText
import Providers
import Responder
import RuleFiles

/// Diagnostics in forms for people and machines.
struct CheckReport {
    private(set) var diagnostics: [Diagnostic] = []
    private var texts: [String] = []
    /// What contacts of each account see otherwise than the rules say.
    private var lines: [(account: String, provider: String, differences: [LineDifference])] = []

    mutating func add(_ more: [Diagnostic], text: String) {
        diagnostics += more
        if !more.isEmpty { texts.append(text) }
    }

    /// Adds what contacts of the accounts see otherwise than the rules say.
    mutating func add(_ rules: RuleSet, on accounts: [Configuration.Account]) {
        for account in accounts {
            let differences = rules.differences(of: account.number, with: account.abilities)
            guard !differences.isEmpty else { continue }
            lines.append((account.number, account.endpoint.provider.rawValue, differences))
        }
    }

    /// The differences, for people: one line for each account.
    var lineTexts: [String] {
        lines.map { line in
            let parts = line.differences.map { difference in
                let more = difference.rules.count > 3 ? " and \(difference.rules.count - 3) more" : ""
                return "\(difference.what) (\(difference.rules.prefix(3).joined(separator: ", "))\(more))"
            }
            return "account \(line.account) (\(line.provider)): \(parts.joined(separator: "; "))"
        }
    }

    var text: String { texts.joined(separator: "\n") }

    private var errorCount: Int { diagnostics.count { $0.severity == .error } }
    private var warningCount: Int { diagnostics.count - errorCount }

    var counts: String {
        let errors = errorCount == 0 ? "no errors" : counted(errorCount, "error")
        return warningCount == 0 ? errors : "\(errors), \(counted(warningCount, "warning"))"
    }

    func isFine(strictly: Bool) -> Bool {
        errorCount == 0 && (!strictly || warningCount == 0)
    }

    /// The report as JSON: `{"diagnostics": [{"file", "line", "column", "length", "severity", "code", "message",
    /// "hint"}], "lines": [{"account", "provider", "differences": [{"what", "rules"}]}]}`.
    var json: String {
        let entries = diagnostics.map { diagnostic in
            var entry: [String: JSON] = [
                "file": .string(diagnostic.file), "severity": .string(diagnostic.severity.rawValue),
                "code": .string(diagnostic.code), "message": .string(diagnostic.message),
            ]
            entry["hint"] = diagnostic.hint.map(JSON.string)
            if let range = diagnostic.range {
                entry["line"] = .count(range.line)
                entry["column"] = .count(range.column)
                entry["length"] = .count(range.length)
            }
            return JSON.object(entry)
        }
        let lines = lines.map { line in
            JSON.object([
                "account": .string(line.account), "provider": .string(line.provider),
                "differences": .array(
                    line.differences.map { .object(["what": .string($0.what), "rules": .texts($0.rules)]) }),
            ])
        }
        return JSON.object(["diagnostics": .array(entries), "lines": .array(lines)]).encodedText
    }
}
