import Dispatch
import Foundation
import Testing

/// Who reaches the daemon, and by which names of its database.
@Suite struct ControlTests {
    /// Otherwise two daemons would send the same answer.
    @Test(arguments: ["symbolic", "hard"])
    func aDatabaseIsServedOnceByWhateverName(link: String) async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let (file, other) = places("data.sqlite", "other.sqlite", in: scene.folder)
        if link == "symbolic" {
            try FileManager.default.createSymbolicLink(at: other, withDestinationURL: file)
        } else {
            try FileManager.default.linkItem(at: file, to: other)
        }
        try scene.configure("", database: "other.sqlite")
        let second = try ReplydProcess(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        #expect(await second.exit() == .init(status: 78, wasKilled: false))
        #expect(
            second.errors
                == "replyd: the database other.sqlite is in use by another replyd (process \(running.process.pid)). Stop that one, or give this one its own `database`.\n"
        )
        _ = await scene.stop(running)
    }

    @Test func commandsReachTheDaemonByASymbolicLink() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let (file, other) = places("data.sqlite", "other.sqlite", in: scene.folder)
        try FileManager.default.createSymbolicLink(at: other, withDestinationURL: file)
        try scene.configure("", database: "other.sqlite")
        #expect(try await scene.status().contains("\(running.process.pid)"))
        _ = await scene.stop(running)
        #expect(try await scene.status().contains("not running"))
    }

    /// The path of a Unix socket has 107 bytes at most.
    @Test(arguments: [60, 230])
    func aLongNameOfADatabaseIsNoHindrance(length: Int) async throws {
        let scene = try await Scene()
        let database = String(repeating: "d", count: length)
        try scene.configure("", database: database)
        let running = try await scene.start()
        try await scene.say("hello")
        let status = try await scene.status()
        #expect(status.contains("\(running.process.pid)"), "\(status)")
        _ = await scene.stop(running)
        let left = try FileManager.default.contentsOfDirectory(atPath: scene.folder.path)
        #expect(!left.contains { $0.hasSuffix(".control") }, "\(left)")
    }

    @Test func aDaemonWhoseSocketIsGoneIsFoundByItsLock() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        try FileManager.default.removeItem(atPath: scene.folder.appendingPathComponent("data.sqlite.control").path)
        let status = try await scene.status()
        #expect(status.contains("\(running.process.pid)") && !status.contains("not running"), "\(status)")
        _ = await scene.stop(running)
        #expect(try await scene.status().contains("not running"))
    }

    @Test func theSocketIsItsOwnersAloneAndADeadOneIsReplaced() async throws {
        let scene = try await Scene()
        let first = try await scene.start()
        let socket = scene.folder.appendingPathComponent("data.sqlite.control").path
        let permissions = try FileManager.default.attributesOfItem(atPath: socket)[.posixPermissions] as? Int
        #expect(permissions == 0o600)
        first.process.send(SIGKILL)
        _ = await first.process.exit()
        #expect(FileManager.default.fileExists(atPath: socket))
        #expect(try await scene.status().contains("not running"))
        let second = try await scene.start()
        #expect(
            try await scene.status().contains("\(second.process.pid)"))
        _ = await scene.stop(second)
    }

    /// A signal that a process does not handle yet ends it.
    @Test(arguments: [SIGHUP, SIGUSR1, SIGUSR2])
    func signalsDuringTheStartEndNothing(signal: Int32) async throws {
        let scene = try await Scene()
        let process = try ReplydProcess(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], in: scene.folder)
        try await scene.waitUntilIgnored(signal, by: process)
        // Again and again, until the start is over.
        let sender = Task {
            while !Task.isCancelled {
                process.send(signal)
                await Task.yield()
            }
        }
        #expect(await process.waits(for: "listening"))
        sender.cancel()
        process.send(signal)
        process.send(SIGTERM)
        #expect(await process.exit() == .init(status: 0, wasKilled: false))
    }
}

extension Scene {
    /// Returns what `replyd status` says.
    fileprivate func status() async throws -> String {
        try await ReplydProcess.run(
            ["status", "--config", "replyd.yaml"], environment: ["API_KEY": Self.apiKey], in: folder
        ).output
    }

    /// Waits until the process has reached its main function, which is when it can begin to handle signals.
    fileprivate func waitUntilIgnored(_ signal: Int32, by process: ReplydProcess) async throws {
        try await eventually {
            let status = (try? String(contentsOfFile: "/proc/\(process.pid)/status", encoding: .utf8)) ?? ""
            let lines = status.split(separator: "\n").filter { $0.hasPrefix("SigIgn") || $0.hasPrefix("SigCgt") }
            let masks = lines.compactMap { UInt64($0.split(separator: "\t").last ?? "", radix: 16) }
            return masks.reduce(0, |) & (1 << UInt64(signal - 1)) != 0
        }
    }
}

private func places(_ first: String, _ second: String, in folder: URL) -> (URL, URL) {
    (folder.appendingPathComponent(first), folder.appendingPathComponent(second))
}
