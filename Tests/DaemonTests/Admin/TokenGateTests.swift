import Providers
import Responder
import Synchronization
import Testing

@testable import Daemon

/// A clock that moves forward whenever a caller sleeps, or holds the sleepers back.
private final class Time: Sendable {
    private struct State {
        var uptime = Duration.seconds(1000)
        var isHeld = false
        var sleepers: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    var uptime: Duration { state.withLock(\.uptime) }
    var sleepers: Int { state.withLock(\.sleepers.count) }

    func pass(_ time: Duration) { state.withLock { $0.uptime += time } }

    func hold() { state.withLock { $0.isHeld = true } }

    func release() {
        let sleepers = state.withLock { state in
            defer { (state.isHeld, state.sleepers) = (false, []) }
            return state.sleepers
        }
        sleepers.forEach { $0.resume() }
    }

    var clock: Clock {
        Clock(
            now: { .init(seconds: 0) }, uptime: { self.uptime },
            sleep: { until in
                await withCheckedContinuation { continuation in
                    let isHeld = self.state.withLock { state in
                        if state.isHeld {
                            state.sleepers.append(continuation)
                        } else {
                            state.uptime = max(state.uptime, until)
                        }
                        return state.isHeld
                    }
                    if !isHeld { continuation.resume() }
                }
            }, alarm: { _, _ in {} })
    }
}

@Suite struct TokenGateTests {
    private let time = Time()
    private let gate: TokenGate
    private let here = PeerAddress("192.0.2.1")
    private let elsewhere = PeerAddress("192.0.2.2")

    init() { gate = TokenGate(Secret("right"), clock: time.clock) }

    private func guess(_ count: Int, from source: PeerAddress?) async {
        for _ in 0..<count { #expect(await gate.verdict(on: "wrong", from: source) == .wrong) }
    }

    /// Returns the time that the right token takes.
    private func wait(from source: PeerAddress?) async -> Duration {
        let start = time.uptime
        #expect(await gate.verdict(on: "right", from: source) == .right)
        return time.uptime - start
    }

    @Test func theRightTokenGetsInWhateverOthersTry() async {
        await guess(TokenGate.attempts - 1, from: here)
        #expect(await wait(from: here) == .zero)
        await guess(1, from: here)
        #expect(await wait(from: here) == TokenGate.delay)
        #expect(await wait(from: elsewhere) == .zero)
        #expect(await wait(from: nil) == .zero)
        await guess(500, from: here)
        #expect(await wait(from: here) == TokenGate.delay)
    }

    @Test func onlyExactlyTheTokenIsRight() async {
        for shown in [nil, "", "righ", "right ", "Right", "right\0"] {
            #expect(await gate.verdict(on: shown, from: here) == .wrong)
        }
    }

    @Test func wrongTokensAreForgotten() async {
        await guess(500, from: here)
        time.pass(TokenGate.pause * 2)
        #expect(await wait(from: here) == .zero)
    }

    @Test func fewMayWaitAndThoseElsewhereDoNot() async {
        await guess(TokenGate.attempts + 1, from: here)
        time.hold()
        await withTaskGroup(of: TokenGate.Verdict.self) { group in
            for _ in 0..<TokenGate.waitingOfOne { group.addTask { await gate.verdict(on: "right", from: here) } }
            while time.sleepers < TokenGate.waitingOfOne { await Task.yield() }
            #expect(await gate.verdict(on: "right", from: here) == .tooMany)
            #expect(await gate.verdict(on: "right", from: elsewhere) == .right)
            time.release()
            for await verdict in group { #expect(verdict == .right) }
        }
        #expect(await wait(from: here) == TokenGate.delay)
    }

    @Test func addressesOfOneHouseAreOne() async {
        await guess(TokenGate.attempts + 1, from: PeerAddress("2001:db8:0:1::1"))
        #expect(await wait(from: PeerAddress("2001:db8:0:1:ffff::2")) == TokenGate.delay)
        #expect(await wait(from: PeerAddress("2001:db8:0:2::1")) == .zero)
    }

    @Test func manyAddressesPushOutTheLeastOfThem() async {
        await guess(TokenGate.attempts + 1, from: here)
        for number in 0..<(TokenGate.addressLimit + 10) {
            await guess(1, from: PeerAddress("10.0.\(number / 256).\(number % 256)"))
        }
        #expect(await wait(from: here) == TokenGate.delay)
    }
}
