import Providers
import Responder
import Synchronization

/// Looks at the admin token that somebody shows, and slows down whoever guesses.
///
/// The right one always gets in: nothing that others do makes it refused from another address, and from the same address
/// it takes a moment longer, for as long as fewer wait there than may.
final class TokenGate: Sendable {
    /// So many wrong tokens an address may show at once, and one more each ``pause``.
    static let attempts = 10
    static let pause = Duration.seconds(2)
    /// How long an address that has shown more waits for each answer.
    static let delay = Duration.milliseconds(250)
    /// How many may wait so, of one address and of all: each of them keeps a connection.
    static let waitingOfOne = 4
    static let waitingOfAll = 16
    /// How many addresses are kept; the one that is forgotten first gives way.
    static let addressLimit = 4096

    enum Verdict: Sendable, Equatable {
        case right
        case wrong
        /// It has not been looked at.
        case tooMany
    }

    private struct State {
        /// When all wrong tokens of an address so far will be forgotten.
        var forgottenAt: [[UInt8]: Duration] = [:]
        var waiting: [[UInt8]: Int] = [:]
        var waitingOfAll = 0

        func isSlowed(_ address: [UInt8], at now: Duration) -> Bool {
            (forgottenAt[address] ?? .zero) - now > pause * (attempts - 1)
        }
    }

    private let token: WebhookAuthorizer
    private let clock: Clock
    private let state = Mutex(State())

    init(_ token: Secret, clock: Clock) {
        self.token = WebhookAuthorizer(token)
        self.clock = clock
    }

    /// Whether the token that somebody at this address shows is the right one.
    func verdict(on shown: String?, from source: PeerAddress?) async -> Verdict {
        let address = Self.key(source)
        let now = clock.uptime()
        let mustWait: Bool? = state.withLock { state in
            guard state.isSlowed(address, at: now) else { return false }
            guard state.waitingOfAll < Self.waitingOfAll, state.waiting[address, default: 0] < Self.waitingOfOne else {
                return nil
            }
            state.waitingOfAll += 1
            state.waiting[address, default: 0] += 1
            return true
        }
        guard let mustWait else { return .tooMany }
        if mustWait {
            try? await clock.sleep(now + Self.delay)
            state.withLock { state in
                state.waitingOfAll -= 1
                let rest = state.waiting[address, default: 1] - 1
                state.waiting[address] = rest > 0 ? rest : nil
            }
        }
        if token.admits(shown) { return .right }
        record(address)
        return .wrong
    }

    private func record(_ address: [UInt8]) {
        let now = clock.uptime()
        state.withLock { state in
            // Nothing grows beyond what slows down anyway: who stops guessing is soon forgotten.
            let most = now + Self.pause * Self.attempts
            state.forgottenAt[address] = min(max(state.forgottenAt[address] ?? .zero, now) + Self.pause, most)
            guard state.forgottenAt.count > Self.addressLimit else { return }
            state.forgottenAt = state.forgottenAt.filter { now < $0.value }
            if state.forgottenAt.count > Self.addressLimit,
                let first = state.forgottenAt.min(by: { $0.value < $1.value })
            {
                state.forgottenAt[first.key] = nil
            }
        }
    }

    /// Who has one IPv6 address has 2^64 of them.
    private static func key(_ source: PeerAddress?) -> [UInt8] {
        guard let source else { return [] }
        return source.bytes.count == 4 ? source.bytes : Array(source.bytes.prefix(8))
    }
}
