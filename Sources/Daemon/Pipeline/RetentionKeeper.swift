import Responder
import ServiceLifecycle
import Store

/// Deletes what is older than the configuration wants kept: an hour after the start and then once a day, little by little.
///
/// A wall clock that is wrong for a while, as before the network has set it, must not delete everything: it counts only
/// once it has gone as evenly as the other clock for an hour.
struct RetentionKeeper: Service {
    private static let proof = Duration.hours(1)
    private static let interval = Duration.days(1)
    /// Clocks that are put right little by little may be off by so much.
    private static let tolerance = Duration.minutes(5)
    /// Between batches, so that webhooks come first.
    private static let pause = Duration.milliseconds(50)

    let store: Store
    let retention: Duration
    let clock: Clock
    let observe: @Sendable (DaemonEvent) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var start = startOfClock
            var next = clock.uptime() + Self.proof
            while true {
                guard (try? await clock.sleep(next)) != nil else { return }
                let before = start
                start = startOfClock
                guard (before - Self.tolerance...before + Self.tolerance).contains(start) else {
                    next = clock.uptime() + Self.proof
                    continue
                }
                await deleteOld()
                next = clock.uptime() + Self.interval
            }
        }
    }

    /// When the other clock stood at zero, by the wall clock: the same moment as long as both go evenly.
    private var startOfClock: Timestamp { clock.now() - clock.uptime() }

    private func deleteOld() async {
        let cutoff = clock.now() - retention
        var start: Int64? = 0
        var hasHooks = true
        while start != nil || hasHooks {
            do {
                if let from = start {
                    start = try await store.deleteOld(before: cutoff, from: from)
                } else {
                    hasHooks = try await store.deleteOldHooks(before: cutoff)
                }
            } catch {
                return observe(.storeFailed(error))
            }
            guard (try? await clock.sleep(clock.uptime() + Self.pause)) != nil else { return }
        }
    }
}
