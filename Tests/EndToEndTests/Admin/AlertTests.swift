import Foundation
import JSONText
import Providers
import Testing

@testable import Sandbox

/// The alerts that are posted to `alert_url`.
@Suite struct AlertTests {
    @Test func anAccountThatStopsAndGoesOnIsToldOfWithoutAWordOfACustomer() async throws {
        // The box fails at first, so the first alert comes again.
        let box = try await BusinessLink(answering: [503])
        let scene = try await Scene(settings: "alert_url: http://127.0.0.1:\(box.port)/hook-never-to-be-seen")
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reason(3), times: 1)])
        try await scene.say("opening hours")
        try await scene.eventually { box.posts.count >= 2 }
        #expect(box.posts[0] == box.posts[1])
        let alert = try #require(JSON(parsing: Array(box.posts[1].utf8)))
        #expect(alert["alert"] == "account-stopped" && alert["account"] == .string(Scene.digital))
        #expect(
            alert["text"]?.text?.hasPrefix(
                "account \(Scene.digital): the provider refused the API key (reason 3); sending is stopped, 1 entry is waiting."
            ) == true)
        #expect(try #require(alert["at"]?.integer) > 1_700_000_000)
        _ = await scene.stop(running)
        for text in box.posts + [running.process.errors] {
            #expect(
                !text.contains("opening hours") && !text.contains(Scene.contact) && !text.contains("never-to-be-seen"))
        }
        #expect(
            running.process.errors.contains(
                "warning: an alert can't be posted and is tried again: the link answered HTTP 503. Check `alert_url`.\n"
            ))
    }

    @Test func heldEntriesAndWrongRulesAreToldOf() async throws {
        let box = try await BusinessLink()
        let scene = try await Scene(settings: "alert_url: http://127.0.0.1:\(box.port)/hook")
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reset, times: 3)])
        for number in 1...3 { try await scene.say("opening hours", from: "97250000000\(number)") }
        try scene.write(rules: "nonsense")
        try await scene.eventually { box.posts.count >= 2 }
        let alerts = box.posts.compactMap { JSON(parsing: Array($0.utf8)) }
        #expect(alerts.compactMap { $0["alert"]?.text } == ["rules-refused", "entries-held"])
        #expect(alerts[1]["count"] == .integer(3))
        try scene.write(rules: Scene.rules)
        #expect(await running.process.waits(for: "rules loaded"))
        _ = await scene.stop(running)
    }

    /// A link that does not answer holds up nothing.
    @Test func aLinkThatHangsHoldsUpNobody() async throws {
        let hole = try await BusinessLink(hangs: true)
        let scene = try await Scene(settings: "alert_url: http://127.0.0.1:\(hole.port)/hook")
        let running = try await scene.start()
        try scene.write(rules: "nonsense")
        #expect(await running.process.waits(for: "the changed rules are wrong"))
        try await scene.eventually { !hole.posts.isEmpty }
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }
}
