import Foundation
import HTTPTransport
import Responder
import Testing

@testable import Sandbox

/// Connections to replyd's port that send nothing.
final class Crowd: Sendable {
    private let descriptors: [Int32]

    init(_ count: Int, to port: Int) {
        descriptors = (0..<count).map { _ in
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = UInt16(port).bigEndian
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            // The system decides whether its queue has room for the connection, so the result is ignored.
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            return descriptor
        }
    }

    /// The number of connections that the system has established, whether or not replyd has accepted them.
    var connected: Int {
        descriptors.count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            return withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
            }
        }
    }

    func leave() {
        descriptors.forEach { close($0) }
    }
}

@Suite struct DescriptorTests {
    /// Returns the number of descriptors that replyd's process has open.
    private func open(_ running: Scene.Running) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(running.process.pid)/fd").count) ?? 0
    }

    /// Idle connections take no more than their share, so everything else that needs descriptors still gets them.
    @Test func aCrowdAtTheDoorKeepsNobodyFromWork() async throws {
        let scene = try await Scene()
        let running = try await scene.start(through: ["prlimit", "--nofile=200:200"])
        // The first attempt is refused, so that the next one falls in the time of the crowd.
        await scene.sandbox.setFaults([Fault(.status(503, retryAfter: 2))])
        #expect(try await scene.say("count 1", unique: "U1") == 200)
        let crowd = Crowd(400, to: running.port)
        try await scene.eventually {
            running.process.errors.contains("50 connections are open at the webhook port, and more are not taken")
        }
        #expect(open(running) < 150)
        try await scene.expectEntries(["sent"])
        // Rules are reloaded, which takes descriptors.
        try scene.write(rules: Scene.rules.replacing("counted:", with: "anew:"))
        running.process.send(SIGHUP)
        try await scene.eventually { running.process.errors.contains("rules loaded") }
        crowd.leave()
        try await scene.eventually { (try? await scene.get("/healthz", from: running).status) == 200 }
        #expect(try await scene.say("count 2", unique: "U2") == 200)
        #expect(try await scene.accepted(2).map(\.text) == ["counted: count 1", "anew: count 2"])
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(running.process.errors.ranges(of: "connections are open at the webhook port").count == 1)
    }

    /// If descriptors run out all the same, replyd retries only now and then, and accepts connections once it can.
    @Test func withoutDescriptorsItWaitsPatientlyAndGoesOn() async throws {
        let scene = try await Scene()
        let system = try FaultySystem(in: scene.folder)
        let running = try await scene.start(environment: system.environment)
        #expect(try await scene.say("count 1", unique: "U1") == 200)
        _ = try await scene.accepted(1)
        try await scene.expectDeliveries([3])
        try Tool.run("prlimit", "--pid", "\(running.process.pid)", "--nofile=\(open(running)):")
        // Silent clients are disconnected after a while: there are enough of them that some still wait then.
        let crowd = Crowd(300, to: running.port)
        try await scene.eventually {
            running.process.errors.contains("no connection can be taken: Too many open files.")
        }
        // Without a pause there would be thousands of tries in the time of these few.
        let before = ContinuousClock.now
        try await scene.eventually { system.failedAccepts >= 4 }
        let seconds = Int((ContinuousClock.now - before) / .seconds(1))
        #expect(system.failedAccepts <= 4 * (seconds + 2))
        try Tool.run("prlimit", "--pid", "\(running.process.pid)", "--nofile=1024:")
        try await scene.eventually { (try? await scene.get("/healthz", from: running).status) == 200 }
        #expect(try await scene.say("count 2", unique: "U2") == 200)
        _ = try await scene.accepted(2)
        crowd.leave()
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        #expect(running.process.errors.ranges(of: "no connection can be taken").count == 1)
        #expect(await scene.sandbox.received.count == 2)
    }

    /// A client that the system turns away comes back after a second at the earliest.
    @Test func manyWhoComeAtOnceAreTurnedAwayByNobody() async throws {
        let scene = try await Scene()
        let running = try await scene.start()
        let room = try #require(
            Int(String(contentsOfFile: "/proc/sys/net/core/somaxconn", encoding: .utf8).filter(\.isNumber)))
        running.process.send(SIGSTOP)
        let count = min(room, 600)
        let crowd = Crowd(count, to: running.port)
        try await scene.eventually { crowd.connected == count }
        running.process.send(SIGCONT)
        crowd.leave()
        #expect(try await scene.say("count 1", unique: "U1") == 200)
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
    }

    @Test func aStopAmongTheCrowdEndsWell() async throws {
        let scene = try await Scene()
        let running = try await scene.start(through: ["prlimit", "--nofile=200:200"])
        await scene.sandbox.setFaults([Fault(.delay(.seconds(1)))])
        #expect(try await scene.say("count 1", unique: "U1") == 200)
        try await scene.eventually { (try? scene.entryStates()) == ["sending"] }
        let crowd = Crowd(400, to: running.port)
        try await scene.eventually { running.process.errors.contains("more are not taken") }
        #expect(await scene.stop(running) == .init(status: 0, wasKilled: false))
        crowd.leave()
        let again = try await scene.start()
        #expect(try await scene.say("count 1", unique: "U1") == 200, "its sender is in doubt")
        #expect(try await scene.say("count 2", unique: "U2") == 200)
        #expect(try await scene.accepted(2).map(\.text) == ["counted: count 1", "counted: count 2"])
        _ = await scene.stop(again)
        #expect(await scene.sandbox.received.count == 2)
    }
}
