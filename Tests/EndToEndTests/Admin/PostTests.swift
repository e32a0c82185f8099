import Foundation
import JSONText
import Providers
import Testing

@testable import Sandbox

/// Posts to links of the business, as people and programs see them: apart from what contacts get, and without what is
/// secret in the link.
@Suite struct PostTests {
    @Test func aForwardedPostIsShownAndCountedAsOne() async throws {
        let link = try await BusinessLink(answering: [404])
        let rules = """
            version: 1
            rules:
              - id: crm
                match: order
                reply: "We look."
                forward: "http://user:pass-never-seen@127.0.0.1:\(link.port)/hook/path-never-seen?key=query-never-seen"
            """
        let scene = try await Scene(rules: rules, settings: AdminClient.settings)
        let running = try await scene.start()
        try scene.pinPort(of: running)
        let admin = try await AdminClient(running.process)
        try await scene.say("order")
        try await scene.expectEntries(["sent", "failed"])
        let host = "127.0.0.1:\(link.port)"
        let failed = "1 post to a link of a rule was given up within a week: the link refused, or the time was over"

        let entry = try await admin.call("GET", "/api/outbox/2").json
        #expect(entry["content"] == .object(["kind": "post", "host": .string(host)]))
        let problem = try await admin.call("GET", "/api/problems").json["problems"]?[0]
        #expect(problem?["kind"] == "posts" && problem?["text"] == .string(failed))
        let status = try await scene.run("status", "--config", "replyd.yaml")
        #expect(
            status.output.contains(
                "account   972771234567 (99digital): sending, 0 waiting, 0 held, 0 failed, 1 post failed\n"),
            "\(status.output)")
        #expect(
            status.output.hasSuffix(
                "This needs you:\n- \(failed). See why, and release or drop it: replyd outbox list --config replyd.yaml\n"
            ))
        let json = try await scene.run("status", "--config", "replyd.yaml", "--json").output
        let account = JSON(parsing: Array(json.utf8))?["accounts"]?[0]
        #expect(account?["failed"] == .integer(0) && account?["failed_posts"] == .integer(1))

        let account1 = try await admin.call("GET", "/api/accounts").json["accounts"]?[0]
        #expect(account1?["failed"] == .integer(0) && account1?["failed_posts"] == .integer(1))
        guard case .array(let slots)? = try await admin.call("GET", "/api/traffic").json["series"] else {
            Issue.record("no traffic")
            return
        }
        func sum(_ name: String) -> Int64 { slots.reduce(0) { $0 + ($1[name]?.integer ?? 0) } }
        #expect(["sent", "failed", "posts", "failed_posts"].map(sum) == [1, 0, 0, 1])
        let page = try await admin.ask("GET", "/metrics", headers: [:]).body
        for (kind, state, count) in [
            ("message", "sent", 1), ("message", "failed", 0), ("post", "sent", 0), ("post", "failed", 1),
        ] {
            #expect(
                page.contains(
                    "replyd_entries_total{account=\"\(Scene.digital)\",kind=\"\(kind)\",state=\"\(state)\"} \(count)\n"
                ), "\(kind) \(state)")
        }

        var seen = [page, status.output, json, running.process.errors]
        for path in ["/api/outbox", "/api/conversations/1"] { seen.append(try await admin.call("GET", path).body) }
        seen.append(try await admin.call("POST", "/api/try", .object(["text": "order"])).body)
        for words in [["list"], ["show", "2"]] {
            let result = try await ReplydProcess.run(
                ["outbox"] + words + ["--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey],
                in: scene.folder)
            #expect(result.output.contains("post to \(host)"), "\(result.output)")
            seen.append(result.output)
        }
        for text in seen { #expect(!text.contains("never-seen"), "\(text)") }
        _ = await scene.stop(running)
    }
}
