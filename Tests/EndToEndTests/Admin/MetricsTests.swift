import Foundation
import HTTPTransport
import JSONText
import Providers
import Testing

@testable import Sandbox

/// The contents of `/metrics` of a running daemon.
@Suite struct MetricsTests {
    private static let hasPromtool = Tool.works("promtool", "--version")
    private static let examples = URL(filePath: #filePath).deletingLastPathComponent().appending(
        path: "../../../examples")

    private func lines(_ admin: AdminClient, _ prefix: String) async throws -> [String] {
        try await admin.ask("GET", "/metrics", headers: [:]).body.split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix(prefix) }
    }

    @Test func whatHappensIsCounted() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        try await scene.say("opening hours", unique: "U1")
        try await scene.say("opening hours", unique: "U1")
        try await scene.say("hello")
        _ = try await scene.accepted(1)
        await scene.sandbox.setFaults([Fault(.reset, times: 1)])
        try await scene.say("order 123", from: "972502222222")
        try await scene.expectEntries(["sent", "held"])
        #expect(try await scene.post([], to: running, key: "wrong").status == 401)
        #expect(try await scene.post([], to: running, path: "/webhook/1").status == 404)
        let account = Scene.digital
        try await scene.eventually {
            (try? await self.lines(
                admin, "replyd_entries_total{account=\"\(account)\",kind=\"message\",state=\"held\"} 1"
            ).count) == 1
        }
        let webhooks = try await lines(admin, "replyd_webhooks_total{account=\"\(account)\"").filter {
            !$0.hasSuffix(" 0") && !$0.contains("noted")
        }
        #expect(
            webhooks == [
                "replyd_webhooks_total{account=\"\(account)\",result=\"new\"} 3",
                "replyd_webhooks_total{account=\"\(account)\",result=\"duplicate\"} 1",
                "replyd_webhooks_total{account=\"\(account)\",result=\"unauthorized\"} 1",
            ])
        #expect(
            try await lines(admin, "replyd_webhooks_total{account=\"\"") == [
                "replyd_webhooks_total{account=\"\",result=\"unknown-account\"} 1"
            ])
        #expect(
            try await lines(admin, "replyd_decisions_total") == [
                "replyd_decisions_total{rule=\"\",outcome=\"silent\"} 1",
                "replyd_decisions_total{rule=\"hours\",outcome=\"reply\"} 1",
                "replyd_decisions_total{rule=\"order\",outcome=\"reply\"} 1",
            ])
        #expect(
            try await lines(admin, "replyd_sends_total") == [
                "replyd_sends_total{account=\"\(account)\",kind=\"text\",reason=\"1\"} 1",
                "replyd_sends_total{account=\"\(account)\",kind=\"text\",reason=\"unknown\"} 1",
            ])
        #expect(
            try await lines(admin, "replyd_outbox_entries") == [
                "replyd_outbox_entries{state=\"waiting\"} 0", "replyd_outbox_entries{state=\"sending\"} 0",
                "replyd_outbox_entries{state=\"held\"} 1", "replyd_outbox_entries{state=\"failed\"} 0",
                "replyd_outbox_entries{state=\"dropped\"} 0",
            ])
        #expect(
            try await lines(admin, "replyd_answer_duration_seconds_count") == ["replyd_answer_duration_seconds_count 1"]
        )
        #expect(
            try await lines(admin, "replyd_rules_last_reload_successful") == ["replyd_rules_last_reload_successful 1"])
        try scene.write(rules: "nonsense")
        #expect(await running.process.waits(for: "the changed rules are wrong"))
        #expect(
            try await lines(admin, "replyd_rules_last_reload_successful") == ["replyd_rules_last_reload_successful 0"])
        _ = await scene.stop(running)
    }

    /// The console, `/metrics` and the database count the same.
    @Test func trafficIsCountedAsMetricsCountAndOutlastsARestart() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        var running = try await scene.start()
        var admin = try await AdminClient(running.process)
        func sums() async throws -> [String: Int64] {
            guard case .array(let series)? = try await admin.call("GET", "/api/traffic").json["series"] else {
                return [:]
            }
            #expect(series.count == 288)
            return series.reduce(into: [:]) { sums, slot in
                for name in ["messages", "replies", "templates", "silences", "sent", "failed"] {
                    sums[name, default: 0] += slot[name]?.integer ?? 0
                }
            }
        }
        // One answer is tried twice, one is refused for good.
        await scene.sandbox.setFaults([
            Fault(.status(503, retryAfter: nil), to: "972501111111"), Fault(.reason(4), to: "972502222222"),
        ])
        for number in 1...3 { try await scene.say("opening hours", from: "97250\(number)111111") }
        try await scene.say("opening hours", from: "972502222222")
        try await scene.say("what?", from: "972503333333")
        try await scene.expectEntries(["sent", "sent", "sent", "failed"])
        let wanted: [String: Int64] = [
            "messages": 5, "replies": 4, "templates": 0, "silences": 1, "sent": 3, "failed": 1,
        ]
        #expect(try await sums() == wanted)
        let page = try await admin.ask("GET", "/metrics", headers: [:]).body
        for (state, count) in [("sent", 3), ("failed", 1)] {
            #expect(
                page.contains(
                    "replyd_entries_total{account=\"\(Scene.digital)\",kind=\"message\",state=\"\(state)\"} \(count)\n")
            )
        }
        _ = await scene.stop(running)
        running = try await scene.start()
        admin = try await AdminClient(running.process)
        #expect(try await sums() == wanted)
        _ = await scene.stop(running)
    }

    /// A scrape must not hang when the disk does.
    @Test func thePageIsThereWhileNothingCanBeStored() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        let path = scene.folder.appendingPathComponent("data.sqlite").path
        try FileManager.default.removeItem(atPath: path)
        #expect(try await scene.say("opening hours") == 503)
        let page = try await admin.ask("GET", "/metrics", headers: [:])
        #expect(page.status == 200)
        #expect(page.body.contains("replyd_webhooks_total{account=\"\(Scene.digital)\",result=\"store-failed\"} "))
        #expect(!page.body.contains("result=\"store-failed\"} 0\nreplyd_webhooks_total{account=\"\(Scene.sms)\""))
        running.process.send(SIGKILL)
        _ = await running.process.exit()
    }

    @Test(.enabled(if: hasPromtool, "promtool is not installed: apt-get install prometheus"))
    func prometheusFindsNothingWrongWithThePageAndTheAlertRules() async throws {
        let scene = try await Scene(settings: AdminClient.settings)
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        let page = scene.folder.appendingPathComponent("page")
        try Data(try await admin.ask("GET", "/metrics", headers: [:]).body.utf8).write(to: page)
        try Tool.run("sh", "-c", "promtool check metrics < '\(page.path)' >&2")
        try Tool.run("sh", "-c", "promtool check rules '\(Self.examples.path)/prometheus-alerts.yaml' >&2")
        try Tool.run("sh", "-c", "promtool test rules '\(Self.examples.path)/prometheus-alerts.test.yaml' >&2")
        _ = await scene.stop(running)
    }

    /// The dashboard and the alert rules ask only for metrics that exist, and every metric is described.
    @Test func everyMetricIsDescribedAndNoOtherIsAskedFor() async throws {
        let scene = try await Scene(settings: AdminClient.settings, accountSettings: "budget: {messages: 1000}")
        let running = try await scene.start()
        let admin = try await AdminClient(running.process)
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        let families = try await lines(admin, "# TYPE ").map { String($0.split(separator: " ")[2]) }
        let readme = try String(contentsOf: Self.examples.appending(path: "README.md"), encoding: .utf8)
        for family in families where family.hasPrefix("replyd_") {
            #expect(readme.contains("`\(family)"), "\(family) is not in examples/README.md")
        }
        for name in ["README.md", "prometheus-alerts.yaml", "grafana-dashboard.json"] {
            let text = try String(contentsOf: Self.examples.appending(path: name), encoding: .utf8)
            for match in text.matches(of: /replyd_[a-z_]+[a-z]/) {
                let metric = String(match.0).replacing(/_(bucket|sum|count)$/, with: "")
                let isKnown =
                    families.contains(metric) || families.contains(String(match.0)) || metric == "replyd_session"
                #expect(isKnown, "\(metric) in \(name)")
            }
        }
        let dashboard = try Data(contentsOf: Self.examples.appending(path: "grafana-dashboard.json"))
        #expect(JSON(parsing: dashboard)?["panels"]?[0] != nil)
        _ = await scene.stop(running)
    }
}
