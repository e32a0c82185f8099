import Foundation
import Testing

@testable import Daemon

@Suite struct RulesWatchTests {
    private func folder() throws -> URL {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("replyd-watch-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data("version: 1\n".utf8).write(to: folder.appendingPathComponent("a.yaml"))
        return folder
    }

    /// Writes to a file of the rules, and leaves it open, until the watch has noticed: its thread may not watch yet.
    private func beginWriting(_ folder: URL, seenBy watch: RulesWatch) async throws -> FileHandle {
        let file = try FileHandle(forWritingTo: folder.appendingPathComponent("a.yaml"))
        while !watch.isWriting {
            try file.write(contentsOf: Data("# more\n".utf8))
            await Task.yield()
        }
        return file
    }

    /// Runs with inotify, and with polling as on network mounts, where the kernel does not see the writes of others.
    @Test(arguments: [false, true])
    func aChangeIsNoticed(mustPoll: Bool) async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let watch = RulesWatch(path: folder.path, mustPoll: mustPoll)
        watch.start()
        defer { watch.stop() }
        var signals = watch.signal.signals.makeAsyncIterator()
        // The thread may not watch yet: each change gives the file another size, so the first one that is seen will do.
        let writer = Task {
            var text = "version: 1\n"
            while !Task.isCancelled {
                text += "# more\n"
                try Data(text.utf8).write(to: folder.appendingPathComponent("a.yaml"))
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        await signals.next()
        writer.cancel()
        #expect(watch.count > 0)
    }

    /// An upload that pauses is no file at rest: its rules would be in use without those that are still to come.
    @Test func aFileIsBeingWrittenUntilItIsClosed() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let watch = RulesWatch(path: folder.path)
        watch.start()
        defer { watch.stop() }
        let file = try await beginWriting(folder, seenBy: watch)
        // The watches are made anew after each change.
        for number in 0..<20 { try Data().write(to: folder.appendingPathComponent("b\(number).yaml")) }
        #expect(watch.isWriting)
        watch.trigger(by: "a person")
        #expect(!watch.isWriting, "a person who asks for a reload gets it")
        _ = watch.takeReloadAskers()
        #expect(watch.isWriting)
        try file.close()
        while watch.isWriting { await Task.yield() }
    }

    @Test("What is written beside the rules wakes nobody", arguments: ["", "/a.yaml"])
    func database(rules: String) async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let database = folder.appendingPathComponent("data.sqlite-wal")
        try Data().write(to: database)
        let watch = RulesWatch(path: folder.path + rules)
        watch.start()
        defer { watch.stop() }
        try await beginWriting(folder, seenBy: watch).close()
        while watch.isWriting { await Task.yield() }
        // Events come in the order of what happened, so what is noticed next shows that the others were looked at.
        var signals = watch.signal.signals.makeAsyncIterator()
        let before = watch.count
        let writer = try FileHandle(forWritingTo: database)
        for _ in 0..<1000 { try writer.write(contentsOf: Data("page".utf8)) }
        try Data("version: 1\n".utf8).write(to: folder.appendingPathComponent("a.yaml"))
        while watch.count == before { await signals.next() }
        while watch.isWriting { await Task.yield() }
        #expect(watch.count < before + 20, "\(watch.count - before) changes were noticed")
    }

    @Test func whatIsNoRulesFileIsNoChange() async throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = WatchedPlaces(folder.path).fingerprint
        try Data("x".utf8).write(to: folder.appendingPathComponent(".a.yaml.swp"))
        #expect(WatchedPlaces(folder.path).fingerprint == before)
        try Data("x".utf8).write(to: folder.appendingPathComponent("b.yaml"))
        #expect(WatchedPlaces(folder.path).fingerprint != before)
    }

    @Test func linksAreFollowedToWhereTheyLead() throws {
        let folder = try folder()
        defer { try? FileManager.default.removeItem(at: folder) }
        let link = folder.path + "-link"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: folder.path)
        defer { try? FileManager.default.removeItem(atPath: link) }
        let folders = WatchedPlaces(link).folders
        #expect(folders.keys.contains(link))
        #expect(folders.keys.contains((link as NSString).deletingLastPathComponent))
        #expect(WatchedPlaces(folder.path).areRemote == false)
    }
}
