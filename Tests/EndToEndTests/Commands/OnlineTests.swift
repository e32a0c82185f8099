import Foundation
import JSONText
import Providers
import Responder
import Testing

@testable import Sandbox

/// The commands that ask providers and links.
@Suite struct OnlineTests {
    private func steady(_ text: String, _ scene: Scene) -> String {
        text.replacing("127.0.0.1:\(scene.sandboxPort)", with: "PROVIDER").steady((/127\.0\.0\.1:\d+/, "ADDRESS"))
    }

    private func findings(_ scene: Scene) async throws -> [String] {
        let result = try await scene.run("doctor", "--config", "replyd.yaml")
        #expect(!(result.output + result.errors).contains("never-to-be-seen"))
        return steady(result.output, scene).split(separator: "\n").drop { !$0.contains(Scene.meta) }.map(String.init)
    }

    private static let rules = """
        version: 1
        rules:
          - {id: price, match: price, template: {name: prices, language: en_US, variables: {name: "{{contact.name}}"}}}
          - {id: hello, match: hello, template: {name: greeting, language: he}}
        """

    private static let templates: [JSON] = [
        .object(["name": "other", "language": "he", "status": "APPROVED", "components": .array([])]),
        .object(["name": "third", "language": "he", "status": "APPROVED", "components": .array([])]),
        .object([
            "name": "prices", "language": "en_US", "status": "APPROVED",
            "components": .array([.object(["type": "BODY", "text": "Dear {{name}}"])]),
        ]), .object(["name": "greeting", "language": "he", "status": "REJECTED", "components": .array([])]),
    ]

    @Test func aLineAtMetaIsFoundHealthyAndItsWebhookIsSet() async throws {
        let scene = try await Scene(rules: Self.rules, hasMeta: true)
        await scene.sandbox.setTemplates(Self.templates, of: Scene.meta)
        #expect(
            try await findings(scene) == [
                "wrong    account 972770000021: the provider has no webhook address: no message arrives",
                "         → replyd webhook set --config replyd.yaml --account 972770000021 --url https://your.host",
                "wrong    account 972770000021: template 'greeting' (he) can't be sent: the provider says 'rejected'",
                "         → correct rule hello, or have the template approved at the provider",
            ])
        let running = try await scene.start()
        try scene.pinPort(of: running)
        let set = try await scene.run(
            "webhook", "set", "--config", "replyd.yaml", "--account", Scene.meta, "--url",
            "http://127.0.0.1:\(running.port)")
        #expect(set.status == 0)
        #expect(
            steady(set.output, scene)
                == "account 972770000021: http://ADDRESS/webhook/972770000021; messages on, subscribed_apps on\n")
        await scene.sandbox.setTemplates(Array(Self.templates.prefix(3)), of: Scene.meta)
        try scene.write(rules: Self.rules.split(separator: "\n").dropLast().joined(separator: "\n") + "\n")
        #expect(
            try await findings(scene) == [
                "ok       account 972770000021: meta takes the API key and delivers everything to http://ADDRESS/webhook/972770000021",
                "ok       account 972770000021: replyd answers at http://ADDRESS/webhook/972770000021",
                "ok       account 972770000021: every template that is used is approved at the provider (1)",
            ])
        // What Meta now delivers arrives.
        #expect(try await scene.say("hi", to: Scene.meta) == 200)
        #expect(await scene.stop(running).status == 0)
    }

    @Test func anAppSecretThatMetaDoesNotKnowIsFound() async throws {
        let scene = try await Scene(rules: Self.rules, hasMeta: true)
        let result = try await ReplydProcess.run(
            ["doctor", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey, "APP_SECRET": "wrong"],
            in: scene.folder)
        #expect(result.exit.status == 1)
        #expect(
            result.output.contains(
                "wrong    account 972770000021: Meta refuses the `app_secret`: replyd turns all of its webhooks away\n"),
            "\(result.output)")
    }

    @Test func templatesThatProvidersDoNotHaveAreMistakesOfTheRules() async throws {
        let scene = try await Scene(
            rules: """
                version: 1
                settings: {expired: {template: reopen_chat, variables: [x, y]}}
                rules:
                  - {id: a, match: a, reply: x}
                  - {id: b, match: b, template: unknown}
                """)
        let check = try await scene.run("check", "--config", "replyd.yaml", "--online")
        #expect(check.status == 1)
        let message = "template 'reopen_chat' (he) has 1 variable at the provider, and the rules fill in 2"
        let unknown = "template 'unknown' (he) is none of the 1 template that the provider has"
        for line in [
            "rules.yaml:4:1: error: account 972771234567: \(message)\n", "^ in rule 'a'\n",
            "rules.yaml:5:1: error: account 972771234567: \(unknown)\n",
            "rules.yaml:5:1: error: account 972550000020: \(unknown)",
        ] {
            #expect(check.output.contains(line), "\(line) in \(check.output)")
        }
        #expect(check.errors.contains("account 972550000019: 019sms does not list its templates\n"))
        let json = try await scene.run("check", "--config", "replyd.yaml", "--online", "--format", "json")
        let found = try #require(JSON(parsing: Array(json.output.utf8))?["diagnostics"]?.items)
        #expect(found.count { $0["code"] == "template" } == 6)
        #expect(json.errors.isEmpty)
        let lonely = try await scene.run("check", "--rules", "rules.yaml", "--online")
        #expect(lonely.status == 64)
        #expect(lonely.errors.hasPrefix("replyd: --online needs --config FILE: it asks the accounts' providers.\n"))
        // Without the switch nobody is asked.
        #expect(try await scene.run("check", "--config", "replyd.yaml").status == 0)
    }
}
