import Foundation
import FoundationNetworking
import Testing

@testable import Sandbox

/// Rules that change while replyd runs, as editors, git and Kubernetes change them.
@Suite(.serialized) struct LiveReloadTests {
    private static func rules(_ answer: String) -> String {
        """
        version: 1
        rules:
          - id: hours
            match: opening hours
            reply: "\(answer)"
        """
    }

    /// Returns a scene whose rules are a folder with one file, which says `first`.
    private func scene() async throws -> Scene {
        let scene = try await Scene()
        try FileManager.default.removeItem(at: scene.folder.appendingPathComponent("rules.yaml"))
        try write(Self.rules("first"), "a.yaml", in: scene.folder.appendingPathComponent("rules.yaml"))
        return scene
    }

    private func write(_ text: String, _ name: String, in folder: URL) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Writes a file beside it first and then moves it there, as careful editors save.
        let hidden = folder.appendingPathComponent(".\(name).swp")
        try Data(text.utf8).write(to: hidden)
        guard rename(hidden.path, folder.appendingPathComponent(name).path) == 0 else { throw POSIXError(.EIO) }
    }

    private func answer(_ scene: Scene, _ count: Int) async throws -> String? {
        try await scene.say("opening hours")
        return try await scene.accepted(count).last?.text
    }

    private func loads(_ process: ReplydProcess) -> Int {
        process.errors.components(separatedBy: "rules loaded").count - 1
    }

    @Test func aRuleThatIsSavedAnswersTheNextMessage() async throws {
        let scene = try await scene()
        let running = try await scene.start()
        #expect(try await answer(scene, 1) == "first")
        let folder = scene.folder.appendingPathComponent("rules.yaml")
        try write(Self.rules("second"), "a.yaml", in: folder)
        #expect(await running.process.waits(for: "rules loaded: 1 rule, "))
        #expect(try await answer(scene, 2) == "second")
        let revisions = try scene.query("SELECT DISTINCT revision FROM decision")
        #expect(revisions.count == 2, "each decision names the rules that made it")
        // Written in place, as simple editors do.
        try Data(Self.rules("third").utf8).write(to: folder.appendingPathComponent("a.yaml"))
        try await scene.eventually { self.loads(running.process) == 2 }
        #expect(try await answer(scene, 3) == "third")
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }

    @Test func aMistakeLeavesTheRulesInUseAndIsSaidOnce() async throws {
        let scene = try await scene()
        let running = try await scene.start()
        let folder = scene.folder.appendingPathComponent("rules.yaml")
        try write(Self.rules("second").replacing("reply", with: "replay"), "a.yaml", in: folder)
        #expect(
            await running.process.waits(
                for: """
                    rules.yaml/a.yaml:5:5: error: unknown key 'replay' in a rule
                        5 |     replay: "second"
                          |     ^~~~~~ did you mean 'reply'?
                    """))
        #expect(try await answer(scene, 1) == "first")
        let ready = try await URLSession.shared.data(
            from: try #require(URL(string: "http://127.0.0.1:\(running.port)/readyz"))
        ).0
        let text = String(decoding: ready, as: UTF8.self)
        #expect(text.contains(#""ready":true"#) && text.contains(#""refused":{"errors":1,"#))
        // The same mistake is not reported again.
        running.process.send(SIGHUP)
        try write(Self.rules("second"), "a.yaml", in: folder)
        #expect(await running.process.waits(for: "rules loaded"))
        #expect(running.process.errors.components(separatedBy: "the changed rules are wrong").count == 2)
        #expect(try await answer(scene, 2) == "second")
        _ = await scene.stop(running)
    }

    /// The case of `git pull`: many files change, one after another, and are read once after the debounce.
    @Test func aBurstOfChangesLoadsOnce() async throws {
        let scene = try await scene()
        let running = try await scene.start()
        let folder = scene.folder.appendingPathComponent("rules.yaml")
        for number in 0..<40 {
            try write(Self.rules("n").replacing("hours", with: "hours-\(number)"), "b\(number).yaml", in: folder)
        }
        #expect(await running.process.waits(for: "rules loaded: 41 rules, "))
        #expect(loads(running.process) == 1)
        for number in 0..<40 {
            try FileManager.default.removeItem(at: folder.appendingPathComponent("b\(number).yaml"))
        }
        #expect(await running.process.waits(for: "rules loaded: 1 rule, "))
        _ = await scene.stop(running)
    }

    /// The case of a mounted ConfigMap: the folder's files are links through `..data`, which is swapped for another
    /// folder.
    @Test func aLinkThatIsSwappedIsNoticed() async throws {
        let scene = try await scene()
        let folder = scene.folder.appendingPathComponent("rules.yaml")
        let files = FileManager.default
        try files.removeItem(at: folder.appendingPathComponent("a.yaml"))
        try write(Self.rules("first"), "a.yaml", in: folder.appendingPathComponent("..1"))
        try write(Self.rules("second"), "a.yaml", in: folder.appendingPathComponent("..2"))
        let data = folder.appendingPathComponent("..data").path
        try files.createSymbolicLink(atPath: data, withDestinationPath: "..1")
        try files.createSymbolicLink(
            atPath: folder.appendingPathComponent("a.yaml").path, withDestinationPath: "..data/a.yaml")
        let running = try await scene.start()
        #expect(try await answer(scene, 1) == "first")
        try files.createSymbolicLink(atPath: data + ".new", withDestinationPath: "..2")
        #expect(rename(data + ".new", data) == 0)
        #expect(await running.process.waits(for: "rules loaded"))
        #expect(try await answer(scene, 2) == "second")
        _ = await scene.stop(running)
    }

    @Test func theFolderItselfMayVanishAndComeBackAsALink() async throws {
        let scene = try await scene()
        let running = try await scene.start()
        let folder = scene.folder.appendingPathComponent("rules.yaml")
        let other = scene.folder.appendingPathComponent("release-2")
        try write(Self.rules("second"), "a.yaml", in: other)
        try FileManager.default.removeItem(at: folder)
        #expect(await running.process.waits(for: "rules.yaml: error: no such file or folder"))
        #expect(try await answer(scene, 1) == "first")
        try FileManager.default.createSymbolicLink(atPath: folder.path, withDestinationPath: "release-2")
        #expect(await running.process.waits(for: "rules loaded"))
        #expect(try await answer(scene, 2) == "second")
        // The target of the link is watched from now on.
        try write(Self.rules("third"), "a.yaml", in: other)
        try await scene.eventually { self.loads(running.process) == 2 }
        #expect(try await answer(scene, 3) == "third")
        _ = await scene.stop(running)
    }

    @Test func messagesAreAnsweredWhileRulesChangeUnderThem() async throws {
        let scene = try await scene()
        let running = try await scene.start()
        let folder = scene.folder.appendingPathComponent("rules.yaml")
        for round in 1...5 {
            try write(Self.rules("round \(round)"), "a.yaml", in: folder)
            for number in 0..<10 { try await scene.say("opening hours", from: "9725000\(round)\(number)") }
        }
        let sends = try await scene.accepted(50)
        #expect(sends.allSatisfy { $0.text.hasPrefix("round") || $0.text == "first" })
        #expect(try scene.query("SELECT count(*) FROM decision WHERE outcome = 'reply'") == ["50"])
        _ = await scene.stop(running)
    }
}
