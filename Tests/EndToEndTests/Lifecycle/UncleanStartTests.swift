import DatabaseFile
import Foundation
import Testing

@testable import Sandbox

/// Obstacles that a start finds.
@Suite struct UncleanStartTests {
    @Test func aLockedDatabaseIsWaitedForAndThenNoMistakeOfTheConfiguration() async throws {
        let scene = try await Scene()
        var running = try await scene.start()
        #expect(try await scene.say("opening hours") == 200)
        _ = await scene.stop(running)
        let lock = try scene.openDatabase()
        try lock.execute("BEGIN IMMEDIATE")
        let start = try await ReplydProcess.run(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        #expect(start.exit.status == 75)
        #expect(
            start.errors.hasSuffix(
                "replyd: the database is locked by another program. Close it, and try again.\n"), "\(start.errors)")
        let command = try await ReplydProcess.run(
            ["forget", "--yes", Scene.contact, "--config", "replyd.yaml"], in: scene.folder)
        #expect(command.exit.status == 75)
        #expect(command.errors == "replyd: the database is locked by another program. Close it, and try again.\n")
        try lock.execute("COMMIT")
        running = try await scene.start()
        #expect(try await scene.say("opening hours") == 200)
        _ = await scene.stop(running)
    }

    /// The database is open by then, and the first steps after that find it locked.
    @Test func aLockRightAfterOpeningIsWaitedForToo() async throws {
        let scene = try await Scene()
        let first = try await scene.start()
        #expect(try await scene.say("opening hours") == 200)
        _ = await scene.stop(first)
        let lock = try scene.openDatabase()
        let process = try ReplydProcess(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        #expect(await process.waits(for: "notice: replyd "))
        try lock.execute("BEGIN IMMEDIATE")
        // Longer than one step waits.
        try await Task.sleep(for: .seconds(4))
        #expect(!process.hasEnded, "\(process.errors)")
        try lock.execute("COMMIT")
        #expect(await process.waits(for: "listening"))
        process.send(SIGTERM)
        #expect(await process.exit() == .init(status: 0, wasKilled: false))
    }

    @Test func aMemoryThatCantBeReadStopsNobody() async throws {
        let scene = try await Scene()
        var running = try await scene.start()
        #expect(try await scene.say("opening hours", unique: "U1") == 200)
        _ = try await scene.accepted(1)
        _ = await scene.stop(running)
        let database = try scene.openDatabase()
        try database.execute("UPDATE conversation SET memory = '{\"tags\": 7'")
        // Leaves the message undecided, as an earlier version did, which decided later.
        try database.execute("DELETE FROM decision")
        try database.execute("UPDATE message SET is_decided = 0")
        running = try await scene.start()
        #expect(
            await running.process.waits(
                for:
                    "error: what was remembered of a conversation can't be read: its state, tags and cooldowns are lost, and its contact counts as opted out until the console or its own words say otherwise conversation=1\n"
            ))
        #expect(try await scene.say("opening hours", unique: "U2") == 200)
        #expect(await running.process.waits(for: "message=U2 outcome=silent reason=opted-out"))
        _ = await scene.stop(running)
    }
}
