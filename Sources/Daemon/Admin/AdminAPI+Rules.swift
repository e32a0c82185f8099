import HTTPTypes
import JSONText
import Providers
import Responder
import RuleFiles
import Store

extension AdminAPI {
    var ruleRoutes: [APIRoute] {
        [
            APIRoute(
                method: .get, path: "/api/rules", id: "showRules",
                summary: "The rules in use, and what became of the last attempt to load them", answer: .named("Rules")
            ) { _ in
                rulesJSON
            },
            APIRoute(
                method: .post, path: "/api/rules/reload", id: "reloadRules", summary: "Load the rules files now",
                description: """
                    They are loaded by themselves when they change; this waits for it and tells what came of it. Where \
                    something is wrong with them those in use stay, and the message of the error is the report.
                    """,
                answer: .named("Rules"), failures: [.rulesRefused, .tooSlow], run: reload),
        ]
    }

    private var rulesJSON: JSON {
        let (ruleSet, reload) = (rules.ruleSet, rules.reload)
        var files: [String: Int] = [:]
        for rule in ruleSet.rules { files[rule.place.file, default: 0] += 1 }
        return .object([
            "revision": .string(ruleSet.revision), "path": .string(configuration.rules),
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

    @Sendable private func reload(_ request: APIRequest) async throws -> JSON {
        guard let reloader else {
            throw APIError(.conflict, "this replyd does not load rules anew; restart it")
        }
        let reload = try await reloader.reloadNow(by: request.channel.rawValue)
        guard reload.errorCount == 0 else { throw APIError(.rulesRefused, reload.report) }
        return rulesJSON
    }
}

extension CurrentRules.Reload {
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
