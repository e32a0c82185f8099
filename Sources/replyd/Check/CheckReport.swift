import JSONText
import Providers
import Responder
import RuleFiles

/// Diagnostics in forms for people and machines.
struct CheckReport {
    private(set) var diagnostics: [Diagnostic] = []
    private var texts: [String] = []

    mutating func add(_ more: [Diagnostic], text: String) {
        diagnostics += more
        if !more.isEmpty { texts.append(text) }
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
    /// "hint"}]}`.
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
        return JSON.object(["diagnostics": .array(entries)]).encodedText
    }
}
