import Responder
import ServiceLifecycle
import Store

/// Deletes data older than the retention of the configuration: an hour after the start and then once a day, little by
/// little.
///
/// A wall clock that is wrong for a while, for example before the network has set it, must not delete everything. It is
/// trusted only once it has gone as evenly as the uptime for an hour.
struct RetentionKeeper: Service {
    private static let proof = Duration.hours(1)
    private static let interval = Duration.days(1)
    /// The deviation that is allowed, because a clock may be set right little by little.
    private static let tolerance = Duration.minutes(5)
    /// The pause between batches, so that webhooks come first.
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

    /// The time of the wall clock at which the uptime was zero. It is the same moment as long as both clocks go evenly.
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
