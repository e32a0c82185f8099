import Providers
import Responder
import Synchronization

/// Checks the admin token that a client shows, and slows down clients that guess.
///
/// From an address that has shown few wrong tokens, the right one always gets in, whatever other clients do. From an
/// address that has shown too many, it takes ``delay`` longer, and it is refused unchecked only if as many requests
/// wait already as may.
final class TokenGate: Sendable {
    /// The number of wrong tokens that an address may show at once; after each ``pause`` it may show one more.
    static let attempts = 10
    static let pause = Duration.seconds(2)
    /// The time that a client waits for each answer if its address has shown more.
    static let delay = Duration.milliseconds(250)
    /// The number of requests that may wait at once, from one address and from all: each of them keeps a connection.
    static let waitingOfOne = 4
    static let waitingOfAll = 16
    /// The number of addresses that are kept; beyond it, the one whose wrong tokens are forgotten first is dropped.
    static let addressLimit = 4096

    enum Verdict: Sendable, Equatable {
        case right
        case wrong
        /// The token was not checked, because too many requests wait.
        case tooMany
    }

    private struct State {
        /// The uptime at which all wrong tokens of an address so far are forgotten.
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

    /// Checks the token that a client shows; waits before that if its address is slowed down.
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
            // The time grows no further than the point at which the address is slowed down anyway, so that a client
            // which stops guessing is soon forgotten.
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

    /// Returns the bytes that stand for the client: all of an IPv4 address, the first half of an IPv6 address, because
    /// a client that has one IPv6 address has 2^64 of them.
    private static func key(_ source: PeerAddress?) -> [UInt8] {
        guard let source else { return [] }
        return source.bytes.count == 4 ? source.bytes : Array(source.bytes.prefix(8))
    }
}
