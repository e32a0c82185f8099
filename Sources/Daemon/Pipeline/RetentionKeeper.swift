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
    /// The pause between batches, so that webhooks come first.
    private static let pause = Duration.milliseconds(50)

    let store: Store
    let retention: Duration
    let clock: Clock
    let watch: ClockWatch
    let observe: @Sendable (DaemonEvent) -> Void

    func run() async throws {
        await cancelWhenGracefulShutdown {
            var next = clock.uptime() + Self.proof
            while (try? await clock.sleep(next)) != nil {
                let proven = watch.steadySince + Self.proof
                if proven > clock.uptime() {
                    next = proven
                } else {
                    await deleteOld()
                    next = clock.uptime() + Self.interval
                }
            }
        }
    }

    private func deleteOld() async {
        let cutoff = clock.now() - retention
        var start: RetentionCursor? = .start
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
