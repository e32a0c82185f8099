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
                rules.json(path: configuration.rules)
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

    @Sendable private func reload(_ request: APIRequest) async throws -> JSON {
        guard let reloader else {
            throw APIError(.conflict, "this replyd does not load rules anew; restart it")
        }
        let reload = try await reloader.reloadNow(by: request.channel.rawValue)
        guard reload.errorCount == 0 else { throw APIError(.rulesRefused, reload.report) }
        return rules.json(path: configuration.rules)
    }
}
