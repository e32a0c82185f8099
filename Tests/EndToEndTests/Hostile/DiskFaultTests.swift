import Foundation
import DatabaseFile
import HTTPTransport
import Providers
import Responder
import Testing

@testable import Sandbox

/// A fault of the disk, or of the database on it, while replyd runs.
enum DiskFault: CaseIterable, Sendable {
    case full, fileSizeLimit, readOnly, broken, unsynced, slow, locked, immutable

    /// The faults that need nothing from the machine.
    static let anywhere = allCases.filter { $0 != .immutable }

    /// The words of `/readyz` and of the log.
    var words: String {
        switch self {
        case .full: "the disk is full: nothing more can be stored. Make room; replyd goes on by itself."
        case .fileSizeLimit, .readOnly, .broken, .unsynced, .immutable:
            "the disk fails: it reports an error, takes no writes, or allows no larger files."
        case .slow: "the disk is slow: a write takes longer than a provider waits for its answer."
        case .locked: "the database is locked by another program."
        }
    }
}

/// Causes disk faults for one replyd.
final class DiskTrouble: Sendable {
    let disk: FaultySystem
    private let database: URL
    private let lock: DatabaseFile

    /// Prepares faults for `scene`, whose database must exist.
    init(_ scene: Scene, _ disk: FaultySystem) throws {
        self.disk = disk
        database = scene.folder.appendingPathComponent("data.sqlite")
        lock = try scene.openDatabase()
    }

    func begin(_ fault: DiskFault, of running: Scene.Running) throws {
        switch fault {
        case .full: disk.failWrites(ENOSPC)
        case .readOnly: disk.failWrites(EROFS)
        case .broken: disk.failWrites(EIO)
        case .unsynced: disk.failSyncs(EIO)
        case .slow: disk.delaySyncs(milliseconds: 600_000)
        case .fileSizeLimit: try Tool.run("prlimit", "--pid", "\(running.process.pid)", "--fsize=0:unlimited")
        case .locked: try lock.execute("BEGIN IMMEDIATE")
        case .immutable: try Tool.run("chattr", "+i", database.path, database.path + "-wal")
        }
    }

    func end(_ fault: DiskFault, of running: Scene.Running) throws {
        switch fault {
        case .full, .readOnly, .broken, .unsynced, .slow: disk.recover()
        case .fileSizeLimit:
            try Tool.run("prlimit", "--pid", "\(running.process.pid)", "--fsize=unlimited:unlimited")
        case .locked: try lock.execute("ROLLBACK")
        case .immutable: try Tool.run("chattr", "-i", database.path, database.path + "-wal")
        }
    }
}

@Suite struct DiskFaultTests {
    private static func message(_ unique: String) -> [UInt8] {
        let now = Int(Date().timeIntervalSince1970)
        return Array(
            #"{"hook":"new","unique":"\#(unique)","from":"\#(Scene.contact)","to":"\#(Scene.digital)","type":"text","body":"count \#(unique)","timestamp":\#(now)}"#
                .utf8)
    }

    /// A 200 promises that a webhook is stored: while nothing can be stored there is none, and everything else goes on.
    @Test(arguments: DiskFault.anywhere)
    func whileTheDiskTakesNothingThereIsNo200AndItGoesOnByItself(fault: DiskFault) async throws {
        try await standUp(to: fault)
    }

    @Test(
        .enabled(if: Machine.hasImmutableFiles, "`chattr +i` does not work here: no right to, or another file system"))
    func whileTheFilesAreImmutableThereIsNo200AndItGoesOnByItself() async throws {
        try await standUp(to: .immutable)
    }

    private func standUp(to fault: DiskFault) async throws {
        let scene = try await Scene()
        let disk = try FaultySystem(in: scene.folder)
        let running = try await scene.start(environment: disk.environment)
        let trouble = try DiskTrouble(scene, disk)
        #expect(try await scene.say("count U1", unique: "U1") == 200)
        _ = try await scene.accepted(1)
        // The provider's reports, which come after the answer, must be stored too.
        try await scene.expectDeliveries([3])

        try trouble.begin(fault, of: running)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for unique in ["U2", "U3", "U2"] {
                group.addTask {
                    let response = try await scene.post(Self.message(unique), to: running)
                    #expect(response.status == 503)
                    #expect(response.retryAfter == .seconds(5))
                }
            }
            group.addTask {
                let readiness = try await scene.get("/readyz", from: running)
                #expect(readiness.status == 503)
                #expect(readiness.body.contains(#""store":"\#(fault.words)"#), "\(readiness.body)")
            }
            group.addTask {
                for _ in 0..<20 {
                    let health = try await scene.get("/healthz", from: running)
                    #expect(health.status == 200 && health.body == "ok\n")
                }
            }
            group.addTask { try await scene.eventually { running.process.errors.contains(fault.words) } }
            try await group.waitForAll()
        }
        // Rules are reloaded all the same.
        try scene.write(rules: Scene.rules.replacing("counted:", with: "anew:"))
        running.process.send(SIGHUP)
        try await scene.eventually { running.process.errors.contains("rules loaded") }

        try trouble.end(fault, of: running)
        await scene.sandbox.recordMessage(
            from: Scene.contact, at: Timestamp(seconds: Int64(Date().timeIntervalSince1970)))
        try await scene.eventually { (try? await scene.get("/readyz", from: running).status) == 200 }
        for unique in ["U2", "U3"] {
            #expect(try await scene.post(Self.message(unique), to: running).status == 200)
        }
        let texts = Set(try await scene.accepted(3).map(\.text))
        if fault == .slow {
            // Messages that the disk stored after all were decided at that time.
            #expect(Set(texts.compactMap { $0.split(separator: " ").last }) == ["U1", "U2", "U3"])
        } else {
            #expect(texts == ["counted: count U1", "anew: count U2", "anew: count U3"])
        }
        try await scene.expectAllEntries("sent")
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(await scene.sandbox.received.count == 3)
        #expect(
            try scene.decidedMessages()
                == ["U1", "U2", "U3"])
        #expect(try scene.query("PRAGMA integrity_check") == ["ok"])
    }

    /// The answer has left and its outcome can't be stored: a stop ends well all the same, and nothing is sent twice.
    @Test(arguments: DiskFault.anywhere)
    func aStopWhileTheDiskTakesNothingEndsWell(fault: DiskFault) async throws {
        let scene = try await Scene()
        let disk = try FaultySystem(in: scene.folder)
        let running = try await scene.start(environment: disk.environment)
        let trouble = try DiskTrouble(scene, disk)
        await scene.sandbox.setFaults([Fault(.delay(.milliseconds(500)))])
        #expect(try await scene.say("count U1", unique: "U1") == 200)
        try await scene.eventually { (try? scene.entryStates()) == ["sending"] }
        try trouble.begin(fault, of: running)
        #expect(try await scene.post(Self.message("U2"), to: running).status == 503)
        _ = try await scene.accepted(1)
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        if fault != .fileSizeLimit { try trouble.end(fault, of: running) }

        let again = try await scene.start()
        for unique in ["U1", "U2"] {
            #expect(try await scene.post(Self.message(unique), to: again).status == 200, "its sender is in doubt")
        }
        _ = try await scene.accepted(2)
        // Held or sent, depending on the provider's reports.
        try await scene.expect("SELECT count(*) || '' FROM outbox WHERE state IN ('held', 'sent')", gives: ["2"])
        #expect(await scene.stop(again) == .init(status: 0, wasKilled: false))
        #expect(await scene.sandbox.received.map(\.text) == ["counted: count U1", "counted: count U2"])
        #expect(
            try scene.decidedMessages()
                == ["U1", "U2"])
    }

    /// A disk of its own, filled to the last block.
    @Test(.enabled(if: Machine.canMount, "mounting is not allowed here: no disk to fill"))
    func aDiskThatIsFullToTheLastBlockLosesNothing() async throws {
        let scene = try await Scene()
        let mount = scene.folder.appendingPathComponent("disk")
        try FileManager.default.createDirectory(at: mount, withIntermediateDirectories: true)
        try Tool.run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", mount.path)
        defer { try? Tool.run("umount", "--lazy", mount.path) }
        try scene.configure("", database: "disk/data.sqlite")
        let running = try await scene.start()
        #expect(try await scene.say("count U0", unique: "U0") == 200)
        _ = try await scene.accepted(1)

        let filler = mount.appendingPathComponent("filler")
        try? Tool.run("dd", "if=/dev/zero", "of=\(filler.path)", "bs=4k")
        var number = 0
        var status = 200
        // The last page of the write-ahead log may have room for a few more messages.
        while status == 200, number < 1000 {
            number += 1
            status = try await scene.post(Self.message("U\(number)"), to: running).status
        }
        #expect(status == 503)
        let readiness = try await scene.get("/readyz", from: running)
        #expect(readiness.status == 503 && readiness.body.contains(DiskFault.full.words), "\(readiness.body)")
        #expect(try await scene.get("/healthz", from: running).status == 200)

        try FileManager.default.removeItem(at: filler)
        try await scene.eventually { (try? await scene.get("/readyz", from: running).status) == 200 }
        #expect(try await scene.post(Self.message("U\(number)"), to: running).status == 200)
        let sends = try await scene.accepted(number + 1)
        #expect(sends.map(\.text) == (0...number).map { "counted: count U\($0)" })
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(await scene.sandbox.received.count == number + 1)
        #expect(try scene.query("PRAGMA integrity_check", database: "disk/data.sqlite") == ["ok"])
    }

    @Test(.enabled(if: Machine.canBeNobody, "this user can't become another one, for whom a folder is read-only"))
    func aFolderThatIsReadOnlyIsSaidInOneLine() async throws {
        let scene = try await Scene()
        let secret = scene.folder.appendingPathComponent("secret").path
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: secret)
        let result = try await ReplydProcess.run(
            ["serve", "--config", "replyd.yaml"], environment: ["API_KEY": Scene.apiKey], through: Machine.asNobody,
            in: scene.folder)
        #expect(result.exit == .init(status: 78, wasKilled: false))
        #expect(
            result.errors.hasSuffix(
                "data.sqlite can't be opened: Permission denied. Check that its folder exists and that replyd may write there.\n"
            ))
    }
}
