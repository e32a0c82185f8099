import Daemon
import Foundation
import JSONText
import Providers
import RuleFiles

extension CheckReport {
    /// The report in SARIF 2.1.0 (docs.oasis-open.org/sarif), as GitHub's code scanning accepts it.
    var sarif: String {
        let results = diagnostics.map { diagnostic -> JSON in
            // Columns count scalars here; `columnKind` says so in SARIF.
            let region = diagnostic.range.map { range in
                JSON.object([
                    "startLine": .count(range.line), "startColumn": .count(range.column),
                    "endColumn": .count(range.column + range.length),
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
        return log.encodedText
    }
}

extension String {
    /// The path as a URI reference, with everything but plain ASCII percent-encoded.
    fileprivate var uri: String {
        addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? self
    }
}
