import Foundation
import JSONText
import Providers
import SeededRandom
import Testing

@testable import Sandbox

/// Texts with one character that is longer than any message, from a contact who writes within the window and after it.
@Suite(.serialized) struct HostileCharacterTests {
    private static let rules = """
        version: 1
        settings:
          expired: {template: reopen, variables: ["{{contact.name}}", "{{message.text}}"]}
        rules:
          - id: ping
            match: ping
            set: {said: "{{message.text}}"}
            reply: "{{contact.name}} {{message.text}} {{state.said}}"
        """

    /// A field in which a contact can put a text.
    private enum Field: String, CaseIterable {
        case text, caption, name, quoted
    }

    private static func message(_ field: Field, _ text: String, from contact: String, ago: String?) -> [String: JSON] {
        var message: [String: JSON] = [
            "account": .string(Scene.digital), "from": .string(contact), "text": "ping", "name": "Dana",
        ]
        switch field {
        case .text: message["text"] = .string("ping \(text)")
        case .caption: message.merge(["type": "image", "caption": .string("ping \(text)")]) { $1 }
        case .name: message["name"] = .string(text)
        case .quoted: message["quote"] = .string(text)
        }
        message["ago"] = ago.map(JSON.string)
        return message
    }

    @Test func noTextOfAnyFieldCanStopReplydOrLeaveItLongerThanAMessageMayBe() async throws {
        let scene = try await Scene(rules: Self.rules)
        let running = try await scene.start()
        var contact = 972_500_000_000
        for kind in HostileText.kinds.indices {
            for field in Field.allCases {
                for ago in [nil, "25h"] {
                    contact += 1
                    let text = HostileText.text(kind, scalars: 20_000)
                    let message = Self.message(field, text, from: String(contact), ago: ago)
                    let status = try await scene.sandboxCall("/sandbox/say", message)["status"]?.integer
                    try #require(status == 200, "\(HostileText.kinds[kind].name) as \(field)")
                }
            }
        }
        let count = HostileText.kinds.count * Field.allCases.count * 2
        let sends = try await scene.accepted(count)
        #expect(sends.count { $0.kind == "text" } == count / 2 && sends.count { $0.kind == "template" } == count / 2)
        #expect(sends.allSatisfy { (1...4096).contains($0.text.utf16.count) })
        #expect(sends.allSatisfy { $0.variables.reduce(0) { $0 + $1.utf16.count } <= 1024 })
        #expect(try scene.query("SELECT DISTINCT count(*) FROM decision GROUP BY message") == ["1"])
        // A value of 1,000 units, each of three bytes at most, or of six for a control.
        #expect(try scene.query("SELECT count(*) FROM conversation WHERE length(CAST(memory AS BLOB)) > 6500") == ["0"])
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }

    /// `replyd try` answers the same texts by the same rules.
    @Test func tryAnswersThemToo() async throws {
        let scene = try await Scene(rules: Self.rules)
        for kind in HostileText.kinds.indices where !HostileText.kinds[kind].repeated.utf8.contains(0) {
            let text = HostileText.text(kind, scalars: 20_000)
            for window in ["open", "expired"] {
                let result = try await ReplydProcess.run(
                    ["try", "--rules", "rules.yaml", "--window", window, "--json", "--name", text, "ping \(text)"],
                    in: scene.folder)
                let json = try #require(JSON(parsing: result.output.utf8), "\(HostileText.kinds[kind].name)")
                #expect(json["rule"] == "ping" && result.exit.status == 0)
                #expect(json["outcome"]?.text == (window == "open" ? "reply" : "template"))
            }
        }
    }
}
