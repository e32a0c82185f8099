import JSONText
import Responder
import RuleFiles

extension CurrentRules {
    static let schema = JSONSchema.object([
        "revision": .text, "path": .text,
        "files": .array(of: .object(["file": .text, "rules": .int64])),
        "rules": .array(
            of: .object([
                "id": .text, "file": .text, "line": .int64, "priority": .int64,
                "shadow": .boolean.describing("On trial: the log records what it would have done"),
                "continues": .boolean,
            ])
        ).describing("In the order in which they are tried"),
        "last_reload": .named("Reload").orNull.describing("null if the files were not loaded since the start"),
    ])

    /// Returns the rules in use as JSON.
    ///
    /// - Parameter path: The path of the files, as the configuration has it.
    func json(path: String) -> JSON {
        let (ruleSet, reload) = (ruleSet, reload)
        var files: [String: Int] = [:]
        for rule in ruleSet.rules { files[rule.place.file, default: 0] += 1 }
        return .object([
            "revision": .string(ruleSet.revision), "path": .string(path),
            "files": .array(
                files.sorted { $0.key < $1.key }.map {
                    .object(["file": .string($0.key), "rules": .count($0.value)])
                }),
            "rules": .array(
                ruleSet.rules.map { rule in
                    .object([
                        "id": .string(rule.id), "file": .string(rule.place.file), "line": .count(rule.place.line),
                        "priority": .count(rule.priority), "shadow": .bool(rule.isShadow),
                        "continues": .bool(rule.continues),
                    ])
                }),
            "last_reload": reload?.json ?? .null,
        ])
    }
}

extension CurrentRules.Reload {
    static let schema = JSONSchema.object([
        "at": .time, "successful": .boolean, "diagnostics": .array(of: .named("Diagnostic")),
        "report": .text.describing("The diagnostics as people read them"),
    ])

    static let diagnosticSchema = JSONSchema.object([
        "file": .text, "line": .int64.orNull, "column": .int64.orNull,
        "severity": .text(among: ["error", "warning"]), "message": .text, "hint": .text.orNull,
    ])

    fileprivate var json: JSON {
        .object([
            "at": .seconds(of: at), "successful": .bool(errorCount == 0), "report": .string(report),
            "diagnostics": .array(
                diagnostics.map { diagnostic in
                    .object([
                        "file": .string(diagnostic.file), "line": diagnostic.range.map { .count($0.line) } ?? .null,
                        "column": diagnostic.range.map { .count($0.column) } ?? .null,
                        "severity": .string(diagnostic.severity.rawValue), "message": .string(diagnostic.message),
                        "hint": .text(diagnostic.hint),
                    ])
                }),
        ])
    }
}
