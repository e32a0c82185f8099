import Dispatch
import Foundation
import Testing

/// The messages that systemd receives from replyd, by its own protocol.
@Suite struct SystemdTests {
    private static let kinds = ["path", "abstract"]

    private func socket(_ kind: String, _ scene: Scene) throws -> NotifySocket {
        try NotifySocket(kind == "path" ? scene.folder.appendingPathComponent("notify").path : "@replyd-\(UUID())")
    }

    @Test(arguments: kinds)
    func itSaysWhenItIsReadyLoadsItsRulesAnewAndStops(kind: String) async throws {
        let scene = try await Scene()
        let socket = try socket(kind, scene)
        let running = try await scene.start(environment: ["NOTIFY_SOCKET": socket.name])
        try await scene.eventually { socket.messages.count == 1 }
        #expect(socket.messages[0].contains(/^READY=1\nSTATUS=revision [0-9a-f]+ is in use$/))

        running.process.send(SIGHUP)
        try await scene.eventually { socket.messages.count == 3 }
        let reloading = try #require(
            socket.messages[1].wholeMatch(of: /RELOADING=1\nMONOTONIC_USEC=(\d+)/)?.1, "\(socket.messages)")
        // CLOCK_MONOTONIC, as systemd reads it.
        let now = Int(DispatchTime.now().uptimeNanoseconds / 1000)
        let age = now - (Int(reloading) ?? 0)
        #expect((0...60_000_000).contains(age))
        #expect(socket.messages[2].contains(/^READY=1\nSTATUS=revision [0-9a-f]+ is in use$/))

        try scene.write(rules: "version: 1\nrules: [{id: a, reply: x, replay: y}]\n")
        let inUse = socket.messages[2]
        // The rules may be checked more than once.
        @Sendable func refusal() -> String? {
            socket.messages.first {
                $0.contains(
                    /^READY=1\nSTATUS=revision [0-9a-f]+ is in use; the changed rules are wrong \(\d+ errors?\)$/)
            }
        }
        try await scene.eventually { refusal() != nil }
        #expect(refusal()?.hasPrefix(inUse) == true)

        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        try await scene.eventually { socket.messages.last == "STOPPING=1" }
    }

    @Test func itSaysThatItIsAliveUntilNoWriteComesBackAndAgainWhenOneDoes() async throws {
        let scene = try await Scene()
        let disk = try FaultySystem(in: scene.folder)
        let socket = try socket("path", scene)
        let running = try await scene.start(
            environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "100000"].merging(disk.environment) { $1 })
        try await scene.eventually { socket.pulses > 2 }

        // A full disk is reported, but replyd still says that it is alive: after a restart it would not even start on
        // that disk.
        disk.failWrites(ENOSPC)
        try await scene.eventually { (try? await scene.get("/readyz", from: running).status) == 503 }
        let whileFull = socket.pulses
        try await scene.eventually { socket.pulses > whileFull + 2 }
        disk.recover()
        try await scene.eventually { (try? await scene.get("/readyz", from: running).status) == 200 }

        disk.delaySyncs(milliseconds: 600_000)
        // The work that was in flight has come back by then.
        try await scene.eventually { (try? await scene.get("/readyz", from: running).status) == 503 }
        let whileStuck = socket.pulses
        for _ in 0..<2 { #expect(try await scene.get("/readyz", from: running).status == 503) }
        #expect(socket.pulses == whileStuck)
        disk.recover()
        try await scene.eventually { socket.pulses > whileStuck }
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        try await scene.eventually { socket.messages.last == "STOPPING=1" }
    }

    @Test func anothersWatchdogIsNotAnswered() async throws {
        let scene = try await Scene()
        let socket = try socket("path", scene)
        let running = try await scene.start(
            environment: ["NOTIFY_SOCKET": socket.name, "WATCHDOG_USEC": "1000", "WATCHDOG_PID": "1"])
        try await scene.say("opening hours")
        _ = try await scene.accepted(1)
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(socket.messages.map { $0.split(separator: "\n")[0] } == ["READY=1", "STOPPING=1"])
    }

    @Test(arguments: ["/nowhere/notify", "vsock:2:1", "@" + String(repeating: "x", count: 120)])
    func withoutTheSocketItGoesOnAndSaysSo(name: String) async throws {
        let scene = try await Scene()
        let running = try await scene.start(environment: ["NOTIFY_SOCKET": name, "WATCHDOG_USEC": "1000"])
        #expect(
            await running.process.waits(for: "the service manager's socket '\(name)' (NOTIFY_SOCKET) can't be used"))
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }
}
