import DatabaseFile
import Foundation
import HTTPTransport
import Responder
import Testing

@testable import Sandbox

/// A text that clears the screen, sets the title, changes the direction, rings, ends the line, and goes on in C1.
private let hostile = "\u{1B}[2J\u{1B}]0;title\u{7}\u{202E}\u{9B}31m\r\nforged\u{8}\u{2028}"

@Suite(.serialized) struct HostileTextTests {
    private func run(_ scene: Scene, _ arguments: String...) async throws -> (
        status: Int32, text: String
    ) {
        let result = try await ReplydProcess.run(
            arguments, environment: ["API_KEY": Scene.apiKey, "NO_COLOR": "1"], in: scene.folder)
        return (result.exit.status, result.output + result.errors)
    }

    private func expectHarmless(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(!text.isEmpty, sourceLocation: sourceLocation)
        let bad = text.unicodeScalars.filter {
            $0.value != 0x0A && ($0.properties.generalCategory == .control || (0x202A...0x202E).contains($0.value))
        }
        #expect(bad.isEmpty, "\(text.debugDescription)", sourceLocation: sourceLocation)
    }

    @Test func whatContactsChooseCanNotWriteToTheTerminal() async throws {
        let scene = try await Scene(accountSettings: "timeout: 1s")
        let running = try await scene.start()
        await scene.sandbox.setFaults([Fault(.reset, times: 1)])
        #expect(try await scene.say("opening hours \(hostile)", name: "Dana\(hostile)") == 200)
        try await scene.expectEntries(["held"])
        // A provider may send any text too.
        let database = try scene.openDatabase()
        try database.execute("UPDATE attempt SET detail = ?", hostile)
        try database.execute("UPDATE decision SET because = because || ?", hostile)
        try database.execute("UPDATE outbox SET reason = 'refused', detail = ?", hostile)
        try database.execute("UPDATE contact SET address = ?, name = ?", hostile, hostile)
        for arguments in [["list"], ["list", "--state", "held"], ["show", "1"], ["show", "1", "--json"]] {
            let command = ["outbox", arguments[0], "--config", "replyd.yaml"] + arguments.dropFirst()
            let result = try await ReplydProcess.run(command, environment: ["API_KEY": Scene.apiKey], in: scene.folder)
            expectHarmless(result.output + result.errors)
        }
        expectHarmless(try await run(scene, "forget", "--config", "replyd.yaml", hostile).text)
        _ = await scene.stop(running)
        expectHarmless(running.process.output + running.process.errors)
    }

    @Test func whatAuthorsOfRulesWriteCanNotWriteToTheTerminal() async throws {
        let scene = try await Scene()
        let escaped = #"\e[2J\e]0;title\a\x9b31m\u202E\r"#
        try scene.write(
            rules: """
                version: 1
                rules:
                  - id: a
                    match: {regex: 'y(?<n>.*)'}
                    reply: "hello \(escaped) {{match.n}}"
                    set: {seen: "\(escaped)"}
                tests:
                  - {name: "a\(escaped)", message: "yes", expect: {reply: "no\(escaped)"}}
                """)
        expectHarmless(try await run(scene, "try", "--rules", "rules.yaml", "--why", "yes\(hostile)").text)
        expectHarmless(try await run(scene, "check", "--rules", "rules.yaml").text)
        expectHarmless(try await run(scene, "test", "--rules", "rules.yaml").text)
        try scene.write(
            rules: """
                version: 1
                rules:
                  - {id: "\(escaped)", match: "\(escaped)", reply: "{{\(escaped)}}", "\(escaped)": 1, hours: "\(escaped)"}
                """)
        for command in [["check", "--rules", "rules.yaml"], ["serve", "--config", "replyd.yaml"]] {
            let result = try await ReplydProcess.run(command, environment: ["API_KEY": Scene.apiKey], in: scene.folder)
            #expect(result.exit.status != 0)
            expectHarmless(result.output + result.errors)
        }
    }
}
