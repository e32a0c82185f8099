import Foundation
import HTTPTransport
import JSONText
import Testing

@testable import Sandbox

/// What belongs to a person, whatever the address that she writes from, and a person of the business who steps in.
@Suite(.serialized) struct PersonTests {
    private static let rules = """
        version: 1
        rules:
          - id: ping
            match: {exact: ping}
            delay: 1h
            reply: pong
          - id: hello
            match: {exact: hello}
            reply: Hi.
          - id: stop
            match: {exact: stop}
            opt_out: true
            reply: Bye.
        """

    private func event(_ unique: String, _ text: String, id: String?, number: String?) -> [UInt8] {
        var fields: [String: JSON] = [
            "hook": "new", "unique": .string(unique), "from": .string(number ?? id ?? ""), "type": "text",
            "body": .string(text),
        ]
        if let id { fields["from_id"] = .string(id) }
        if let number, id != nil { fields["phone"] = .string(number) }
        return JSON.object(fields).encoded
    }

    @Test func anOptOutUnderAnIdReachesWhatWaitsUnderTheNumberOnceBothAreOnePersons() async throws {
        let scene = try await Scene(rules: Self.rules)
        let running = try await scene.start()
        func receive(_ unique: String, _ text: String, id: String? = nil, number: String? = nil) async throws {
            let body = event(unique, text, id: id, number: number)
            #expect(try await scene.post(body, to: running).status == 200)
        }
        try await receive("A", "ping", number: Scene.contact)
        try await scene.say("stop", from: "IL.1605856887361213")
        #expect(try await scene.accepted(1).map(\.text) == ["Bye."])
        try await scene.expectEntries(["waiting", "sent"])
        try await receive("C", "hello", id: "IL.1605856887361213", number: Scene.contact)
        try await scene.expectEntries(["dropped", "sent"])
        #expect(try scene.query("SELECT reason FROM outbox WHERE id = 1") == ["opted-out"])
        try await receive("D", "hello", number: Scene.contact)
        try await scene.expectReasons(["matched", "matched", "opted-out", "opted-out"])

        let command = try await ReplydProcess.run(
            ["forget", "--config", "replyd.yaml", "--yes", "\u{202A}+972 50\u{2011}123\u{2011}4567\u{202C}"],
            environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        #expect(command.exit.status == 0, "\(command.errors)")
        #expect(try scene.query("SELECT value FROM former_address") == [])
        #expect(try scene.query("SELECT address FROM contact WHERE address <> 'forgotten'") == [])
        let left = try scene.query(
            "SELECT id FROM message WHERE address <> '' AND address <> 'forgotten' OR body <> '' OR payload LIKE '%50%'"
        )
        #expect(left == [])
        #expect(try await scene.accepted(1).count == 1)
        _ = await scene.stop(running)
    }

    @Test func whatWaitsByADelayIsDroppedWhenAPersonAnswers() async throws {
        let scene = try await Scene(rules: Self.rules, settings: "takeover_pause: 30m")
        let running = try await scene.start()
        try await scene.say("ping")
        try await scene.expectEntries(["waiting"])
        let report = #"{"hook":"update","unique":"FROM-A-PERSON","from":"\#(Scene.contact)","ack":1}"#
        #expect(try await scene.post(Array(report.utf8), to: running).status == 200)
        try await scene.expectEntries(["dropped"])
        #expect(try scene.query("SELECT reason FROM outbox") == ["paused"])
        try await scene.say("hello")
        try await scene.expectReasons(["matched", "paused"])
        #expect(await scene.sandbox.received.isEmpty)
        _ = await scene.stop(running)
    }
}
