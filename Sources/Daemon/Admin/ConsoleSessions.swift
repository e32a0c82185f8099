import Crypto
import Foundation
import Providers
import Responder
import Synchronization

/// The browsers that are logged in. They are kept in memory: a restart logs all of them out.
final class ConsoleSessions: Sendable {
    /// The time that a login lasts.
    static let length = Duration.hours(12)
    /// The number of sessions that there may be; beyond it the oldest one ends.
    static let limit = 64

    private struct State {
        /// The end of each session, by the digest of its id: comparing digests takes a time that tells a client nothing
        /// about the ids.
        var ends: [SHA256.Digest: Duration] = [:]
    }

    private let state = Mutex(State())
    private let clock: Clock
    private let random: RandomSource

    init(clock: Clock, random: RandomSource) {
        self.clock = clock
        self.random = random
    }

    /// Begins a session and returns its id.
    func begin() -> String {
        let now = clock.uptime()
        var random = random
        let bytes = (0..<4).flatMap { _ in withUnsafeBytes(of: random.next()) { Array($0) } }
        let id = bytes.map { String(format: "%02x", $0) }.joined()
        state.withLock { state in
            state.ends = state.ends.filter { now < $0.value }
            if state.ends.count >= Self.limit, let oldest = state.ends.min(by: { $0.value < $1.value }) {
                state.ends[oldest.key] = nil
            }
            state.ends[Self.digest(id)] = now + Self.length
        }
        return id
    }

    /// Whether `id` belongs to a session that has not ended.
    func has(_ id: String) -> Bool {
        let now = clock.uptime()
        return state.withLock { $0.ends[Self.digest(id)].map { now < $0 } ?? false }
    }

    /// Ends a session.
    func logOut(_ id: String) {
        state.withLock { _ = $0.ends.removeValue(forKey: Self.digest(id)) }
    }

    private static func digest(_ id: String) -> SHA256.Digest { SHA256.hash(data: Array(id.utf8)) }
}
