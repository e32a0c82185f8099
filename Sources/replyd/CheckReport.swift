import Foundation
import Daemon
import Providers
import RuleFiles

/// Diagnostics as people and machines read them.
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

    /// `{"diagnostics": [{"file", "line", "column", "length", "severity", "code", "message", "hint"}]}`.
    var json: String {
        let entries = diagnostics.map { diagnostic in
            var entry: [String: JSON] = [
                "file": .string(diagnostic.file), "severity": .string(diagnostic.severity.rawValue),
                "code": .string(diagnostic.code), "message": .string(diagnostic.message),
            ]
            entry["hint"] = diagnostic.hint.map(JSON.string)
            if let range = diagnostic.range {
                entry["line"] = .integer(Int64(range.line))
                entry["column"] = .integer(Int64(range.column))
                entry["length"] = .integer(Int64(range.length))
            }
            return JSON.object(entry)
        }
        return String(decoding: JSON.object(["diagnostics": .array(entries)]).encoded, as: UTF8.self)
    }

    /// SARIF 2.1.0 (docs.oasis-open.org/sarif), as GitHub's code scanning takes it.
    var sarif: String {
        let results = diagnostics.map { diagnostic -> JSON in
            // Columns count scalars here; SARIF is told so by `columnKind`.
            let region = diagnostic.range.map { range in
                JSON.object([
                    "startLine": .integer(Int64(range.line)), "startColumn": .integer(Int64(range.column)),
                    "endColumn": .integer(Int64(range.column + range.length)),
                ])
            }
            let location = JSON.object([
                "physicalLocation": .object([
                    "artifactLocation": .object(["uri": .string(diagnostic.file.uri)]),
                    "region": region ?? .object(["startLine": .integer(1)]),
                ])
            ])
            let text = diagnostic.message + (diagnostic.hint.map { ": \($0)" } ?? "")
            return .object([
                "ruleId": .string(diagnostic.code), "level": .string(diagnostic.severity.rawValue),
                "message": .object(["text": .string(text)]), "locations": .array([location]),
            ])
        }
        let codes = Set(diagnostics.map(\.code)).sorted().map { JSON.object(["id": .string($0)]) }
        let driver = JSON.object([
            "name": "replyd", "version": .string(Daemon.version), "rules": .array(codes),
        ])
        let run = JSON.object([
            "tool": .object(["driver": driver]), "columnKind": "unicodeCodePoints", "results": .array(results),
        ])
        let log = JSON.object([
            "$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": .array([run]),
        ])
        return String(decoding: log.encoded, as: UTF8.self)
    }
}

extension String {
    /// The path as a reference in a URI: what is not plain ASCII in percent form.
    fileprivate var uri: String {
        addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? self
    }
}
